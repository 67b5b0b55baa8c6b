"""Addresses of leads."""

from django.urls import URLPattern, URLResolver, include, path

from leads import views
from leads.views import drips, lead_drips
from leads.views.drip_bulk import drip_bulk

app_name = "leads"

_of_a_lead = [
    path("", views.lead, name="lead"),
    path("head/", views.head, name="head"),
    path("answers/", views.answers, name="answers"),
    path("contact/", views.contact, name="contact"),
    path("edit/", views.edit, name="edit"),
    path("phone/", views.phone, name="phone"),
    path("verify/", views.verify, name="verify"),
    path("call/", views.call, name="call"),
    path("call/next/", views.queue_call, name="queue-call"),
    path("texts/", views.texts, name="texts"),
    path("recording/", views.recording, name="recording"),
    path("notes/", views.note, name="note"),
    path("notes/<int:note_pk>/remove/", views.remove_note, name="note-remove"),
    path("homes/", views.home, name="home"),
    path("homes/<int:home_pk>/", views.home_edit, name="home-edit"),
    path("homes/<int:home_pk>/remove/", views.home_remove, name="home-remove"),
    path("tags/", views.tag, name="tag"),
    path("tags/remove/", views.remove_tag, name="tag-remove"),
    path("drips/", lead_drips.lead_drips, name="lead-drips"),
    path("drips/enrol/", lead_drips.drip_enrol, name="drip-enrol"),
    path("drips/<int:enrolment_pk>/stop/", lead_drips.drip_stop, name="drip-stop"),
    path("mail/", lead_drips.mail_choice, name="mail-choice"),
    path("household/", views.household, name="household"),
    path("household/<int:person_pk>/remove/", views.household_remove, name="household-remove"),
    path("stage/", views.stage, name="stage"),
    path("timeline/", views.timeline, name="timeline"),
    path("merge/", views.merge, name="merge"),
    path("merge/<int:other_pk>/", views.merge_with, name="merge-with"),
]

_of_drips = [
    path("", drips.drips, name="drips"),
    path("enrol/", drip_bulk, name="drip-bulk"),
    path("preview/", drips.drip_preview, name="drip-preview"),
    path("<int:pk>/", drips.drip, name="drip"),
    path("<int:pk>/on/", drips.drip_on, name="drip-on"),
    path("<int:pk>/off/", drips.drip_off, name="drip-off"),
    path("<int:pk>/leads/", drips.drip_leads, name="drip-leads"),
    path("<int:pk>/mails/add/", drips.drip_mail_add, name="drip-mail-add"),
    path("<int:pk>/mails/<int:step_pk>/", drips.drip_mail, name="drip-mail"),
    path("<int:pk>/mails/<int:step_pk>/remove/", drips.drip_mail_remove, name="drip-mail-remove"),
]

_of_an_import = [
    path("", views.one_import, name="import"),
    path("progress/", views.import_progress, name="import-progress"),
    path("read-as/", views.import_read_as, name="import-read-as"),
    path("columns/", views.import_columns, name="import-columns"),
    path("meanings/", views.import_meanings, name="import-meanings"),
    path("back/", views.import_back, name="import-back"),
    path("start/", views.import_start, name="import-start"),
    path("undo/", views.import_undo, name="import-undo"),
    path("again/", views.import_again, name="import-again"),
    path("discard/", views.import_discard, name="import-discard"),
    path("problems.csv", views.import_rows, name="import-problems"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.listing, name="list"),
    path("queue/", views.queue, name="queue"),
    path("find/", views.find, name="find"),
    path("add/", views.add, name="add"),
    path("add/duplicates/", views.duplicates, name="duplicates"),
    path("stages/", views.stage_names, name="stages"),
    path("export.csv", views.export, name="export"),
    path("drips/", include(_of_drips)),
    path("imports/", views.imports, name="imports"),
    path("imports/upload/", views.upload, name="import-upload"),
    path("imports/<int:pk>/", include(_of_an_import)),
    path("calls/<int:pk>/undo/", views.call_undo, name="call-undo"),
    path("tasks/<int:pk>/done/", views.task_done, name="task-done"),
    path("<int:pk>/", include(_of_a_lead)),
]
