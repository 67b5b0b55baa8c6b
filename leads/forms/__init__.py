"""What people type: its shape. Rules live in the verbs."""

from leads.forms.about import AddLeadForm, EditLeadForm, ListForm
from leads.forms.answers import AnswersForm
from leads.forms.homes import HomeForm
from leads.forms.importing import ColumnsForm, MeaningsForm, ReadAsForm, UploadForm
from leads.forms.saying import CallForm, NoteForm, PhoneForm, RecordingForm, StageForm, TagForm, VerifyForm

__all__ = [
    "AddLeadForm",
    "AnswersForm",
    "CallForm",
    "ColumnsForm",
    "EditLeadForm",
    "HomeForm",
    "ListForm",
    "MeaningsForm",
    "NoteForm",
    "PhoneForm",
    "ReadAsForm",
    "RecordingForm",
    "StageForm",
    "TagForm",
    "UploadForm",
    "VerifyForm",
]
