"""Lists of trusted issuers: read strictly, entered whole."""

import io
import json

import pytest
from django.core.management import call_command

from registry.models import TrustedIssuer
from registry.trust_lists import read_trust_list

LINE = {
    "did": "did:web:college.example.org",
    "name": "College",
    "vouched_by": "Ministry",
    "since": "2026-01-01",
    "source": "https://ministry.example.org/list, 1 November 2026",
}


def faults(*lines):
    read = read_trust_list(json.dumps({"issuers": lines}).encode(), name="list.json")
    return [(refusal.row, refusal.place, refusal.code) for refusal in read.refusals]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"did": "college.example.org"}, "did", "did"),
        ({"since": "01.01.2026"}, "since", "date"),
        ({"since": "20260101"}, "since", "date"),
        ({"since": "0001-01-01"}, "since", "date-out-of-range"),
        ({"until": "9999-12-31"}, "until", "date-out-of-range"),
        ({"until": "2025-12-31"}, "until", "date-order"),
        ({"source": ""}, "source", "missing"),
        ({"vouched_by": 7}, "vouched_by", "text"),
        ({"for_what": "x" * 301}, "for_what", "too-long"),
        ({"name": {"en": 7}}, "name", "language-map"),
        ({"colour": "blue"}, "colour", "unknown-column"),
    ],
)
def test_a_fault_is_told_with_its_line_and_column(change, column, code):
    assert faults(LINE, {**LINE, **change, "did": change.get("did", "did:web:other.example.org")}) == [
        (2, column, code)
    ]


def test_the_same_issuer_twice_for_one_voucher_is_refused():
    assert faults(LINE, {**LINE, "vouched_by": "Agency"}, LINE) == [(3, "did", "repeated")]


def test_who_signs_trials_is_refused():
    assert faults(LINE, {**LINE, "did": "did:web:college.example.org:trials:issuers:college"}) == [
        (2, "did", "trial-issuer")
    ]


@pytest.mark.parametrize("data", [b"{", b"[]", b'[{"did": "a", "did": "b"}]', b"[NaN]"])
def test_what_is_no_list_is_refused(data):
    assert len(read_trust_list(data, name="list.json").refusals) == 1


@pytest.mark.django_db
def test_a_table_is_entered_and_the_same_again_changes_nothing(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("\ufeffdid,name,vouched_by,since,source\r\ndid:web:a.example,College,Ministry,2026-01-01,List\r\n")

    for _ in range(2):
        call_command("import_trusted_issuers", str(file), stdout=io.StringIO())

    entry = TrustedIssuer.objects.get()
    assert (entry.name, str(entry.since), entry.source) == ({"en": "College"}, "2026-01-01", "List")


@pytest.mark.django_db
def test_a_list_with_a_fault_enters_nothing(tmp_path):
    file = tmp_path / "list.json"
    file.write_text(json.dumps([LINE, {**LINE, "did": "x"}]))
    out = io.StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("import_trusted_issuers", str(file), "--json", stdout=out)

    assert end.value.code == 1
    assert json.loads(out.getvalue())["refusals"][0]["row"] == 2
    assert not TrustedIssuer.objects.exists()
