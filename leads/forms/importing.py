"""What a person says of a file of leads."""

from __future__ import annotations

from typing import Any

from django import forms

from leads.importing.columns import Target
from leads.importing.encodings import ENCODINGS
from leads.importing.meanings import SAFE_STAGES, People, choices_of, guess_stage
from leads.importing.tables import DELIMITERS
from leads.models import LeadImport
from leads.models.imports import OnDuplicate, OnUnknown
from leads.stage_names import stage_label
from teams.models import Membership, Role
from teams.text import LineField


def _dressed(form: forms.Form) -> None:
    for field in form.fields.values():
        is_choice = isinstance(field.widget, forms.Select)
        field.widget.attrs.setdefault("class", "form-select" if is_choice else "form-control")


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="CSV or XLSX file",
        error_messages={"required": "Choose the file first.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm", "class": "form-control"}),
    )


class ReadAsForm(forms.Form):
    """How the file is to be read, when the guess was wrong."""

    encoding = forms.ChoiceField(choices=list(ENCODINGS.items()), required=False)
    delimiter = forms.ChoiceField(choices=list(DELIMITERS.items()), required=False, label="Columns are parted by")
    sheet = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, of: LeadImport, **kwargs: Any) -> None:
        kwargs["initial"] = {"encoding": of.encoding, "delimiter": of.delimiter, "sheet": of.sheet}
        super().__init__(*args, **kwargs)
        sheet: forms.ChoiceField = self.fields["sheet"]  # type: ignore[assignment]
        sheet.choices = [(name, name) for name in of.sheets]
        for name in ("encoding", "delimiter") if of.format == "xlsx" else ("sheet",):
            del self.fields[name]
        if "encoding" in self.fields and of.encoding not in ENCODINGS:  # a mark in the file said so
            self.fields["encoding"].choices = [*ENCODINGS.items(), (of.encoding, of.encoding)]  # type: ignore[attr-defined]
        if "delimiter" in self.fields and of.delimiter not in DELIMITERS:
            self.fields["delimiter"].choices = [*DELIMITERS.items(), (of.delimiter, of.delimiter)]  # type: ignore[attr-defined]
        _dressed(self)


class _IsaField(forms.ModelChoiceField[Membership]):
    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class ColumnsForm(forms.Form):
    """What each column is, and what to do with rows that are not plain."""

    on_duplicate = forms.ChoiceField(choices=OnDuplicate.choices, label="Duplicates")
    on_unknown = forms.ChoiceField(choices=OnUnknown.choices, label="Assigned to somebody unknown")
    isa = _IsaField(
        queryset=Membership.objects.none(), required=False, empty_label="Nobody", label="ISA of leads without one"
    )
    tag = LineField(max_length=60, required=False, label="Tag on each new lead")

    def __init__(self, *args: Any, of: LeadImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of = of
        members = Membership.objects.active().filter(team=of.team_id, role=Role.ISA)
        isa: _IsaField = self.fields["isa"]  # type: ignore[assignment]
        isa.queryset = members.select_related("user").order_by("user__name", "pk")
        for name in ("on_duplicate", "on_unknown", "isa", "tag"):
            self.fields[name].initial = getattr(of, f"{name}_id" if name == "isa" else name)
        self.names = [f"column-{place}" for place in range(len(of.headers))]
        for place, name in enumerate(self.names):
            header = of.headers[place] or f"Column {place + 1}"
            self.fields[name] = forms.ChoiceField(
                choices=[("", "Leave out"), *Target.choices],
                required=False,
                label=f"{header} is",
                initial=of.columns[place] if place < len(of.columns) else "",
            )
        _dressed(self)

    def rows(self) -> list[tuple[str, list[str], forms.BoundField]]:
        """Each column: its header, what its first rows say, and the field that says what it is."""
        samples = [[cells[place] for _, cells in self._of.sample] for place in range(len(self.names))]
        return list(zip(self._of.headers, samples, [self[name] for name in self.names], strict=True))

    def plain(self) -> list[forms.BoundField]:
        """The fields that belong to no column."""
        return [self[name] for name in ("on_duplicate", "on_unknown", "isa", "tag")]

    def columns(self) -> list[str]:
        """The target of each column."""
        return [self.cleaned_data[name] for name in self.names]


class MeaningsForm(forms.Form):
    """What the file's stages and people are in Baton. Only stages before the gate, only people of the team."""

    def __init__(self, *args: Any, of: LeadImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = People(of.team)
        self.words: dict[str, tuple[str, str]] = {}
        stages = [(stage.value, stage_label(of.team, stage)) for stage in SAFE_STAGES]
        for place, (word, count) in enumerate(sorted(of.found.get("stage", {}).items())):
            said = of.meant.get("stage", {}).get(word) or guess_stage(word, of.team).value
            self._add(f"stage-{place}", "stage", word, count, stages, said)
        nobody = ("", "Nobody: leave unassigned")
        for place, (word, count) in enumerate(sorted(of.found.get("person", {}).items())):
            guessed = people.guess(word)
            said = of.meant.get("person", {}).get(word, str(guessed.pk) if guessed else "")
            self._add(f"person-{place}", "person", word, count, [nobody, *choices_of(people)], said)
        _dressed(self)

    def _add(self, name: str, kind: str, word: str, count: int, choices: list[tuple[str, str]], said: str) -> None:
        self.words[name] = (kind, word)
        label = f"{word} ({count:,} {'row' if count == 1 else 'rows'})"
        self.fields[name] = forms.ChoiceField(choices=choices, label=label, initial=said, required=False)

    def stages(self) -> list[forms.BoundField]:
        """The fields of stages."""
        return [self[name] for name, (kind, _) in self.words.items() if kind == "stage"]

    def persons(self) -> list[forms.BoundField]:
        """The fields of people."""
        return [self[name] for name, (kind, _) in self.words.items() if kind == "person"]

    def meant(self) -> dict[str, dict[str, str]]:
        """What each word is, by kind."""
        said: dict[str, dict[str, str]] = {"stage": {}, "person": {}}
        for name, (kind, word) in self.words.items():
            said[kind][word] = self.cleaned_data[name]
        return said
