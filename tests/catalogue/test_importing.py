"""Files of entries taken over: all or nothing, and the same file twice changes nothing."""

import io
import json

import pytest
from django.core.management import call_command

from catalogue.formats import read_catalogue
from catalogue.models import Achievement, AchievementState, AchievementVersion, Relation
from catalogue.services import import_entries
from registry.actors import SYSTEM
from registry.models import AuditEntry
from tests.registry.builders import build_issuer

pytestmark = pytest.mark.django_db


def entry(slug, **fields):
    return {
        "issuer": "college",
        "slug": slug,
        "kind": "micro-credential",
        "state": "published",
        "name": {"en": f"Entry {slug}"},
        "description": {"en": "What it is."},
        **fields,
    }


def take(*entries):
    data = json.dumps({"achievements": entries}).encode()
    return import_entries(file=read_catalogue(data, name="entries.json"), actor=SYSTEM)


def states(outcome):
    return [(row.entry, row.state, row.version) for row in outcome.rows]


def faults(outcome):
    return [(refusal.row, refusal.place, refusal.code) for refusal in outcome.refusals]


def test_a_file_is_taken_over_with_its_relations_whatever_their_order():
    build_issuer(slug="college")

    outcome = take(
        entry("unit", relations=[{"kind": "part_of", "issuer": "college", "slug": "degree"}]),
        entry("degree", kind="micro-degree"),
        entry("later", state="planned"),
        entry("secret", state="draft"),
    )

    assert [row.state for row in outcome.rows] == ["created"] * 4
    states_now = dict(Achievement.objects.values_list("slug", "state"))
    assert states_now == {"unit": "published", "degree": "published", "later": "planned", "secret": "draft"}
    assert Relation.objects.get().other.slug == "degree"


def test_the_same_file_twice_changes_nothing():
    build_issuer(slug="college")
    file = [
        entry("a", ects_credits="2.50", parties=[{"role": "partners", "name": "Hall"}]),
        entry("b", state="planned"),
    ]
    take(*file)
    entries_before = AuditEntry.objects.count()

    outcome = take(*file)

    assert states(outcome) == [("college/a", "unchanged", 1), ("college/b", "unchanged", 1)]
    assert AuditEntry.objects.count() == entries_before
    assert AchievementVersion.objects.count() == 2


def test_a_changed_row_becomes_the_next_published_version():
    build_issuer(slug="college")
    take(entry("a"), entry("b"))

    outcome = take(entry("a"), entry("b", ects_credits="3"))

    assert states(outcome) == [("college/a", "unchanged", 1), ("college/b", "changed", 2)]
    newest = AchievementVersion.objects.get(achievement__slug="b", number=2)
    assert newest.published_at is not None


def test_one_refused_row_takes_nothing_and_every_refusal_is_told():
    build_issuer(slug="college")

    outcome = take(
        entry("good"),
        entry("unassessed", facts={"assessment": "none"}),
        entry("nowhere", issuer="unknown"),
        entry("lonely", relations=[{"kind": "part_of", "issuer": "college", "slug": "missing"}]),
    )

    assert faults(outcome) == [
        (2, "assessment", "assessment-none"), (3, "issuer", "issuer-unknown"), (4, "relations", "achievement-unknown"),
    ]  # fmt: skip
    assert [row.state for row in outcome.rows] == ["not-accepted", "refused", "refused", "refused"]
    assert not Achievement.objects.exists()
    assert not AuditEntry.objects.filter(act__startswith="achievement.").exists()


def test_a_file_with_an_unreadable_row_takes_nothing():
    build_issuer(slug="college")

    outcome = take(entry("good"), entry("bad", ects_credits="many"))

    assert faults(outcome) == [(2, "ects_credits", "number")]
    assert not Achievement.objects.exists()


def test_an_entry_keeps_its_kind():
    build_issuer(slug="college")
    take(entry("a"))

    assert faults(take(entry("a", kind="document"))) == [(1, "kind", "fixed")]


def test_the_command_reports_rows_as_json_and_ends_with_0(tmp_path):
    build_issuer(slug="college")
    file = tmp_path / "entries.json"
    file.write_text(json.dumps([entry("a")]))
    out = io.StringIO()

    call_command("import_catalogue", str(file), "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"row": 1, "entry": "college/a", "state": "created", "version": 1}
    assert Achievement.objects.get().state == AchievementState.PUBLISHED


def test_the_command_names_row_column_and_remedy_and_ends_with_1(tmp_path):
    file = tmp_path / "entries.csv"
    file.write_text("issuer,slug,kind,name.en,ects_credits\ncollege,a,document,A,many\n")
    out = io.StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("import_catalogue", str(file), "--json", stdout=out)

    refusal = json.loads(out.getvalue())
    assert end.value.code == 1
    assert (refusal["row"], refusal["column"], refusal["code"], refusal["state"]) == (
        2,
        "ects_credits",
        "number",
        "refused",
    )
    assert "exact number" in refusal["remedy"]


def test_the_template_can_be_taken_over_as_it_is():
    out = io.StringIO()
    call_command("import_catalogue", template=True, stdout=out)
    build_issuer(slug="example")

    outcome = import_entries(file=read_catalogue(out.getvalue().encode(), name="template.csv"), actor=SYSTEM)

    assert (outcome.refusals, [row.state for row in outcome.rows]) == ([], ["created"])
