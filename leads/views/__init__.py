"""Pages of leads: load through ``visible_to``, read a form, call one verb, answer."""

from leads.views.adding import add, duplicates
from leads.views.answering import answers
from leads.views.calling import call, call_undo, queue, queue_call
from leads.views.contact import contact, edit, phone, verify
from leads.views.homes import home, home_edit, home_remove
from leads.views.household import household
from leads.views.household import remove as household_remove
from leads.views.importing import (
    export,
    import_again,
    import_back,
    import_columns,
    import_discard,
    import_meanings,
    import_progress,
    import_read_as,
    import_rows,
    import_start,
    import_undo,
    imports,
    one_import,
    upload,
)
from leads.views.lead_page import head, lead, timeline
from leads.views.listing import find, listing
from leads.views.marking import note, recording, remove_note, remove_tag, stage, tag
from leads.views.merging import merge, merge_with
from leads.views.stage_names import stage_names
from leads.views.tasks import task_done
from leads.views.texts import texts

__all__ = [
    "add",
    "answers",
    "call",
    "call_undo",
    "contact",
    "duplicates",
    "edit",
    "export",
    "find",
    "head",
    "home",
    "home_edit",
    "home_remove",
    "household",
    "household_remove",
    "import_again",
    "import_back",
    "import_columns",
    "import_discard",
    "import_meanings",
    "import_progress",
    "import_read_as",
    "import_rows",
    "import_start",
    "import_undo",
    "imports",
    "lead",
    "listing",
    "merge",
    "merge_with",
    "note",
    "one_import",
    "phone",
    "queue",
    "queue_call",
    "recording",
    "remove_note",
    "remove_tag",
    "stage",
    "stage_names",
    "tag",
    "task_done",
    "texts",
    "timeline",
    "upload",
    "verify",
]
