"""The forms of the console: what is typed, read into orders. Rules are told by the services and shown beside the fields."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement, DuplicatePolicy
from console.award_rows import PIECE, RESULT, FieldGroup, add_rows, group_of, nth, places_of, rows_said
from issuing.services import AwardOrder, EvidenceOrder, GroundOrder, ResultOrder
from issuing.stated import Stated
from issuing.status_reasons import WORDS, Reason, reason_in
from registry.dates import DayOutOfRangeError, read_day
from registry.encodings import ENCODINGS
from registry.models import IdentifierType
from registry.services import IdentifierOrder, Recipient
from registry.tables import MOST_BYTES

NOW, ON_A_DAY = "now", "day"
PERSON = ("name", "email", "language")
NUMBER = ("identifier_type", "identifier", "identifier_scope")
FACTS = ("awarded_on", "valid_until", "credits_earned")
COURSE = ("learning_from", "learning_to", "participation", "supervision")
GROUND = ("ground_body", "ground_date", "ground_reference")
FIELD_OF = {
    "ground": "ground_body",
    "learner": "email",
    "send_at": "send_on",
    "identifier_value": "identifier",
}
"""Place of a refusal → the field beside which it is shown, where the two are called differently."""


class DayField(forms.CharField):
    """A day, as browsers send it: 2026-11-30."""

    widget = forms.DateInput(attrs={"type": "date"})

    def to_python(self, value: Any) -> Any:
        """Return the day, None where nothing was typed."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_day(text)
        except DayOutOfRangeError as error:
            raise ValidationError(
                _("This lies before 1900, or more than a hundred years away."), "date-out-of-range"
            ) from error
        except ValueError as error:
            raise ValidationError(_("Write a date as year-month-day, for example 2026-11-30."), "bad-date") from error


def fresh_once() -> uuid.UUID:
    """Return what makes one sheet of a form different from the next: sent twice, it is done once."""
    return uuid.uuid4()


class NumberedForm(forms.Form):
    """A form of which each sheet has a number of its own."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=fresh_once)

    def begin_anew(self) -> None:
        """Make this another sheet: what is sent next is not what was sent before."""
        sent = cast(QueryDict, self.data).copy()
        sent["once"] = str(fresh_once())
        self.data = sent


class AwardForm(NumberedForm):
    """One award by hand: the person, what is stated about the award, and when it goes out.

    `standing` is the award that the person holds already, where that is what stands in the way. `described`: the results
    that the achievement describes, (key, name).
    """

    learner = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name on the certificate"),
        help_text=_("As it should be read out at a ceremony"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("The letter goes there. It may be left out where a number names the person."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    identifier_type = forms.ChoiceField(label=_("Kind of number"), required=False)
    identifier_scope = forms.CharField(
        label=_("Who gives the number out"), help_text=_("Best an address"), max_length=255, required=False
    )
    identifier = forms.CharField(label=_("Number"), max_length=255, required=False)
    language = forms.ChoiceField(
        label=_("Language of certificate and letter"), required=False, choices=[("en", "English"), ("de", "Deutsch")]
    )
    awarded_on = DayField(
        label=_("Day of the award"),
        help_text=_("Today unless given. What was certified on paper before has the day that stands on the paper."),
        required=False,
    )
    valid_until = DayField(label=_("Last day of validity"), help_text=_("Empty: as the entry says"), required=False)
    result = forms.CharField(label=_("Result"), max_length=100, required=False)
    credits_earned = forms.DecimalField(
        label=_("Credits earned"),
        max_digits=6,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    learning_from = forms.CharField(
        label=_("Learned from"), help_text=_("A date, or words such as 08/2019"), max_length=100, required=False
    )
    learning_to = forms.CharField(label=_("Learned until"), max_length=100, required=False)
    participation = forms.CharField(label=_("Form of participation"), max_length=1000, required=False)
    supervision = forms.CharField(label=_("Supervision and check of identity"), max_length=1000, required=False)
    evidence_url = forms.CharField(label=_("Address of the evidence"), max_length=2000, required=False)
    evidence_name = forms.CharField(label=_("What the evidence is"), max_length=1000, required=False)
    narrative = forms.CharField(
        label=_("What was achieved"),
        help_text=_("Markdown; it is signed, and the holder decides who else reads it"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    ground_body = forms.CharField(
        label=_("Who decided"),
        help_text=_("For example the examination board. This and the two below are not signed, and in no letter."),
        max_length=1000,
        required=False,
    )
    ground_date = DayField(label=_("Decided on"), required=False)
    ground_reference = forms.CharField(label=_("Number of the minutes"), max_length=1000, required=False)
    repeat = forms.BooleanField(label=_("Award it to this person once more"), required=False)
    when = forms.ChoiceField(
        label=_("When it goes out"),
        required=False,
        choices=[(NOW, _("Now")), (ON_A_DAY, _("On a day to come"))],
        widget=forms.RadioSelect,
    )
    send_on = DayField(label=_("Goes out on"), required=False)

    def __init__(
        self, *args: Any, achievement: Achievement, described: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.achievement = achievement
        add_rows(self.fields, described)
        self.standing: uuid.UUID | None = None
        kinds = [(kind.value, kind.label) for kind in IdentifierType if kind != IdentifierType.EMAIL]
        cast(forms.ChoiceField, self.fields["identifier_type"]).choices = [("", _("None")), *kinds]
        if achievement.duplicates != DuplicatePolicy.ALLOW:
            del self.fields["repeat"]

    def order(self, *, undo_until: dt.datetime | None) -> AwardOrder:
        """Return the order of what could be read; what could not is told by the form itself.

        It waits for the day that was chosen, else until it can no longer be undone.
        """
        said = self.cleaned_data
        return AwardOrder(
            achievement=self.achievement,
            recipient=self._recipient(),
            repeat=bool(said.get("repeat")),
            send_at=self.day or undo_until,
            **cast(Stated, dict(self._stated())),
        )

    @property
    def day(self) -> dt.date | None:
        """The day on which it goes out, where one was chosen."""
        chosen = self.cleaned_data.get("when") == ON_A_DAY
        return cast(dt.date, self.cleaned_data["send_on"]) if chosen and self.cleaned_data.get("send_on") else None

    def clean(self) -> dict[str, Any]:
        """Want a day where one was chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("when") == ON_A_DAY and not said.get("send_on") and "send_on" not in self.errors:
            self.add_error("send_on", ValidationError(_("Choose the day on which it goes out."), "required"))
        return said

    def groups(self) -> list[FieldGroup]:
        """Return the fields as the page shows them."""
        return [
            group_of(self, _("A number that names the person"), NUMBER, is_open=False),
            group_of(self, _("What it states"), FACTS, is_open=True, row_names=RESULT),
            group_of(self, _("How it was learned"), COURSE, is_open=False),
            group_of(self, _("Evidence"), ("narrative",), is_open=False, row_names=PIECE),
            group_of(self, _("Ground of the award, for the file"), GROUND, is_open=False),
        ]

    def places(self) -> dict[str, str]:
        """Return place of a refusal → the field beside which it is shown, where the two are called differently."""
        said = self._read()
        results, pieces = rows_said(said, ("result",)), rows_said(said, PIECE)
        return FIELD_OF | places_of("result", "result", results) | places_of("evidence", "evidence_url", pieces)

    def person(self) -> list[forms.BoundField]:
        """Return the fields that say who it is for."""
        return [self[name] for name in PERSON]

    def _recipient(self) -> Recipient:
        said = self._read()
        numbers: tuple[IdentifierOrder, ...] = ()
        if said["identifier"].strip():
            kind = IdentifierType(said["identifier_type"] or IdentifierType.MATRICULATION)
            numbers = (IdentifierOrder(kind, said["identifier_scope"], said["identifier"]),)
        return Recipient(
            name=said["name"],
            email=said["email"],
            learner=said["learner"] or None,
            language=said["language"] or "en",
            identifiers=numbers,
        )

    def _read(self) -> dict[str, Any]:
        """Return every field's value, empty where nothing could be read."""
        return dict.fromkeys(self.fields, "") | self.cleaned_data

    def _stated(self) -> Iterator[tuple[str, Any]]:
        said = self._read()
        for name in ("awarded_on", "valid_until", "credits_earned", *COURSE, "narrative", "language"):
            if said[name] not in ("", None):
                yield name, said[name]
        if rows := rows_said(said, ("result",)):
            yield (
                "results",
                tuple(
                    ResultOrder(value=said[nth("result", row)], description=said.get(nth("result_which", row)) or None)
                    for row in rows
                ),
            )
        if rows := rows_said(said, PIECE):
            pieces = [[said[nth(name, row)] or None for name in PIECE] for row in rows]
            yield "evidence", tuple(EvidenceOrder(url=url, name=name) for url, name in pieces)
        if any(said[name] for name in GROUND):
            yield (
                "ground",
                GroundOrder(
                    body=said["ground_body"],
                    date=said["ground_date"] or None,
                    reference=said["ground_reference"] or None,
                ),
            )


class ReasonForm(forms.Form):
    """Why a status changes: a reason from the list, or one's own words; the holder and whoever checks read it."""

    reason_code = forms.ChoiceField(label=_("Reason"), required=False, widget=forms.RadioSelect)
    own_words = forms.CharField(
        label=_("In your own words"),
        help_text=_("At most 500 characters. Write nothing about the person that strangers may not read."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, reasons: tuple[Reason, ...], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        words = [(reason.value, WORDS.get(reason, _("Another reason, in your own words"))) for reason in reasons]
        cast(forms.ChoiceField, self.fields["reason_code"]).choices = words

    def clean(self) -> dict[str, Any]:
        """Want a reason, and words where none of the list was chosen."""
        said = super().clean() or self.cleaned_data
        if not said.get("reason_code"):
            self.add_error("reason_code", ValidationError(_("Choose a reason."), "required"))
        elif said["reason_code"] == Reason.OTHER and not said.get("own_words", "").strip():
            self.add_error("own_words", ValidationError(_("Write the reason."), "required"))
        return said

    def reason(self) -> str:
        """Return the reason of a valid form, in the language of the award: that is what its holder reads."""
        code = Reason(self.cleaned_data["reason_code"])
        return str(self.cleaned_data["own_words"]) if code is Reason.OTHER else reason_in(code, self.language)


class FileForm(forms.Form):
    """A file of awards, and the encoding of its letters where somebody has to name it."""

    file = forms.FileField(
        label=_("Your file"),
        help_text=_("CSV or XLSX, at most 20 MB and 100,000 rows"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _("Choose a file.")},
    )
    encoding = forms.ChoiceField(
        label=_("Encoding of its letters"),
        help_text=_("Only for CSV files that are not Unicode: your system's help names it."),
        required=False,
        choices=[("", _("find out")), *((name, name) for name in ENCODINGS)],
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before anything of it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB: split it into several files."), "too-large")
        return file
