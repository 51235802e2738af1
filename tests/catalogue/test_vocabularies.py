"""Vocabularies: files checked whole, taken over once, and used to name what entries are aligned to."""

import io
import json
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from catalogue.models import AchievementVersion, VocabularyTerm
from catalogue.services import import_terms
from catalogue.vocabularies import MOST_BYTES, read_vocabulary
from registry.actors import SYSTEM
from registry.models import AuditEntry
from tests.catalogue.test_importing import entry, faults, take
from tests.registry.builders import build_issuer

HEADING = "conceptType,conceptUri,reuseLevel,preferredLabel"
SKILL = "http://data.europa.eu/esco/skill/001115fb-569f-4ee6-8381-c6807ef2527f"
OTHER = "http://data.europa.eu/esco/skill/000bb1e4-89f0-4b86-be05-05ece3641724"
ROW = f"KnowledgeSkillCompetence,{SKILL},transversal,show initiative"


def table(*lines, name="skills_en.csv", **given):
    return read_vocabulary("\r\n".join([HEADING, *lines]).encode(), name=name, **given)


def document(**changes):
    term = {"uri": SKILL, "kind": "skill", "labels": {"en": "show initiative"}} | changes
    return read_vocabulary(json.dumps({"vocabulary": "ESCO", "terms": [term]}).encode(), name="skills.json")


def run(*arguments):
    out = io.StringIO()
    try:
        call_command("import_vocabulary", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_table_is_read_with_its_language_and_further_columns_are_left_out():
    read = read_vocabulary(
        f"\ufeffdescription;conceptUri;conceptType;preferredLabel;broaderUri\nx;{SKILL};skill;„Initiative“ zeigen;{OTHER}\n\n".encode(),
        name="skills_de.csv",
    )

    (term,) = read.terms
    assert (term.uri, term.kind, term.labels) == (SKILL, "skill", {"de": "„Initiative“ zeigen"})
    assert (term.reuse_level, term.broader) == ("", OTHER)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([ROW, "skill,not an address,x,label"], (3, "uri", "address")),
        ([ROW, f"skill,{OTHER},x,"], (3, "labels", "language-map")),
        ([ROW, f",{OTHER},x,label"], (3, "kind", "missing")),
        ([ROW, ROW], (3, "uri", "repeated")),
        ([f"skill,{OTHER},x,{'l' * 1001}", ROW], (2, "labels", "bad-text")),
        ([f"skill,{OTHER},{'x' * 41},label"], (2, "reuse_level", "bad-text")),
        ([f'skill,{OTHER},x,"two\nlines"'], (2, "labels", "bad-text")),
        ([f"skill,{OTHER}"], (2, "labels", "language-map")),
        ([], (0, "", "no-terms")),
        ([f'skill,{OTHER},x,"never closed'], (0, "", "unreadable")),
    ],
)
def test_a_fault_of_a_table_is_told_with_its_row_and_column(lines, fault):
    assert faults(table(*lines)) == [fault]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"colour": "red"}, (1, "", "not-a-term")),
        ({"labels": "show initiative"}, (1, "labels", "language-map")),
        ({"uri": 7}, (1, "uri", "bad-text")),
        ({"broader": "above"}, (1, "broader", "address")),
    ],
)
def test_a_fault_of_a_document_is_told_with_its_term_and_field(changes, fault):
    assert faults(document(**changes)) == [fault]


def test_a_file_that_is_none_is_refused_whole():
    assert faults(read_vocabulary(b"a,b\n1,2", name="x.csv"))[0] == (0, "conceptUri", "missing-column")
    assert faults(read_vocabulary(b"{", name="x.json"))[0][2] == "not-json"
    assert faults(read_vocabulary(b"[]", name="x.json"))[0][2] == "not-a-vocabulary"
    assert faults(read_vocabulary(b"x" * (MOST_BYTES + 1), name="x.csv"))[0][2] == "too-large"
    assert faults(table(ROW, vocabulary=""))[0][2] == "vocabulary"


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing_and_another_language_is_added(tmp_path):
    file = tmp_path / "skills_en.csv"
    file.write_text(f"{HEADING}\n{ROW}\nskill,{OTHER},x,perform studies\n")
    german = tmp_path / "skills_de.csv"
    german.write_text(f"{HEADING}\nKnowledgeSkillCompetence,{SKILL},,Initiative zeigen\n")

    first, again, added = (run(one, "--json") for one in (file, file, german))

    counts = {"vocabulary": "ESCO", "created": 0, "changed": 0, "unchanged": 0}
    assert (first[0], json.loads(first[1])) == (0, counts | {"created": 2})
    assert (again[0], json.loads(again[1])) == (0, counts | {"unchanged": 2})
    assert (added[0], json.loads(added[1])) == (0, counts | {"changed": 1})
    term = VocabularyTerm.objects.get(uri=SKILL)
    assert term.labels == {"en": "show initiative", "de": "Initiative zeigen"}
    assert term.reuse_level == "transversal"
    assert AuditEntry.objects.filter(act="vocabulary.imported").count() == 2


@pytest.mark.django_db
def test_with_one_refused_row_nothing_is_taken(tmp_path):
    file = tmp_path / "skills_en.csv"
    file.write_text(f"{HEADING}\n{ROW}\nskill,nowhere,x,label\n")

    code, told = run(file, "--json")

    assert code == 1
    assert [(line["row"], line["column"], line["code"]) for line in map(json.loads, told.splitlines())] == [
        (3, "uri", "address")
    ]
    assert "Nothing was taken over." in run(file)[1]
    assert not VocabularyTerm.objects.exists()


@pytest.mark.django_db
def test_the_skills_of_esco_are_taken_over_within_five_seconds(pytestconfig, missing):
    file = Path("../shared/data/esco/skills_en.csv")
    if not file.exists():
        missing(f"the skills of ESCO ({file})")

    began = time.process_time()
    code, told = run(file)
    seconds = time.process_time() - began

    assert (code, told) == (0, "ESCO: 4,139 terms new, 0 changed, 0 unchanged.\n")
    assert seconds < 5
    assert run(file) == (0, "ESCO: 0 terms new, 0 changed, 4,139 unchanged.\n")


@pytest.mark.django_db
def test_an_alignment_given_by_its_address_gets_its_name_in_the_entrys_language():
    build_issuer(slug="college")
    import_terms(file=document(labels={"en": "show initiative", "de": "Initiative zeigen"}), actor=SYSTEM)
    named = {"target_url": OTHER, "target_name": "Said by hand"}
    rows = [entry("data", language="de", alignments=[{"target_url": SKILL}, named])]

    first, again = take(*rows), take(*rows)

    assert (first.refusals, again.refusals) == ([], [])
    assert [row.state for row in again.rows] == ["unchanged"]
    assert AchievementVersion.objects.get().alignments == [
        {"target_framework": "ESCO", "target_url": SKILL, "target_name": "Initiative zeigen"},
        named,
    ]


@pytest.mark.django_db
def test_an_address_that_no_vocabulary_has_is_refused_with_its_remedy():
    build_issuer(slug="college")
    import_terms(file=document(), actor=SYSTEM)

    outcome = take(entry("one"), entry("two", alignments=[{"target_url": SKILL}, {"target_url": OTHER}]))

    assert faults(outcome) == [(2, f"alignments.{OTHER}", "unknown-term")]
    assert "import_vocabulary" in outcome.refusals[0].remedy
    assert not AchievementVersion.objects.exists()
