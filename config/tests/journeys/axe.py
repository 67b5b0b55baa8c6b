"""What axe, the checker of accessibility, finds on the page that is open."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Without loading style sheets once more: axe puts those that import others into the page, and the policy forbids it.
#: And without every node that is in order, which takes longer to hand over than to look at.
_AS_IT_IS = {"preload": False, "resultTypes": ["violations"]}
_SETTLED = """() => Promise.all([
    document.fonts.ready,
    ...document.getAnimations().map((animation) => animation.finished.catch(() => null)),
])"""
#: Only what is wrong leaves the page: all else that axe tells takes a third as long as the looking.
_FINDINGS = "(options) => axe.run(options).then((found) => found.violations)"
_NODES = 2  # of each rule, the others are wrong in the same way


def findings(page: Page) -> list[str]:
    """Return each rule that is broken, and where."""
    page.evaluate(_SETTLED)
    page.evaluate(Axe().axe_script)
    return [
        f"{rule['id']} {rule['help']}: {node['html'][:160]}"
        for rule in page.evaluate(_FINDINGS, _AS_IT_IS)
        for node in rule["nodes"][:_NODES]
    ]
