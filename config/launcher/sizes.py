"""No file over 300 lines, no function over 50: what grows past that is two things, and reads better as two."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from config.launcher.places import PROJECT

ROOMS = ("config", "handoff", "leads", "notifications", "teams", "bench")
FILE_LIMIT = 300
FUNCTION_LIMIT = 50


def too_long(path: Path) -> Iterator[str]:
    """Yield a line for the file and for each of its functions that is too long."""
    text = path.read_text()
    name = path.relative_to(PROJECT)
    if (length := len(text.splitlines())) > FILE_LIMIT:
        yield f"{name}: {length} lines (the limit is {FILE_LIMIT})"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines (the limit is {FUNCTION_LIMIT})"


def code_files() -> list[Path]:
    """Return our Python files but for migrations, which a machine writes."""
    found = [path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py"))]
    found += sorted(PROJECT.glob("*.py"))
    return [path for path in found if "migrations" not in path.relative_to(PROJECT).parts]


if __name__ == "__main__":
    complaints = [line for path in code_files() for line in too_long(path)]
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)
