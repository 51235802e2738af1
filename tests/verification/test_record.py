"""What a certificate's page says of the certificate: with units, with all who made it, and nothing that nobody checked."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from catalogue.content import PartyContent
from catalogue.models import Achievement
from credentials.strict_json import compact_json
from issuing.models import Credential
from issuing.services import ResultOrder, revoke_credential, supersede_credential
from registry.actors import SYSTEM
from registry.services import Recipient
from tests.issuing.builders import build_order, drain_all, signing_here
from tests.verification.builders import signed_credential, vouch_for
from tests.verification.test_desk import badge, signed_badge

pytestmark = pytest.mark.django_db

NOTHING_EARNED = {"ects_credits": None}
NEW_ZEALAND = NOTHING_EARNED | {"national_credits": Decimal(40), "national_credit_system": "NZ credits"}
JOINT = (
    PartyContent(role="awards", name="Example College"),
    PartyContent(role="co-awards", name="Example Hospital", signatory_name="Dr. Example", signatory_role="Head"),
)


def seen(client: Client, credential: Credential, language: str = "en") -> str:
    """Return the page's words: no tags, one blank where there is white space."""
    return words_of(client.get(f"/c/{credential.pk}", headers={"Accept-Language": language}).content)


def words_of(content: bytes) -> str:
    page = re.sub(r"<head>.*?</head>", "", content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def strangers(**changes: object) -> str:
    """Return a badge that a stranger signed: nobody vouches for him."""
    return compact_json(signed_badge(Ed25519PrivateKey.generate(), **changes))


def strangers_subject(**changes: object) -> dict:
    return badge()["credentialSubject"] | changes


def checked(client: Client, text: str | None, **fields: str) -> str:
    return words_of(client.post("/verify", {"text": text or "", **fields}).content)


# -- Credits, results, effort ----------------------------------------------------------------------------
def test_credits_earned_are_counted_in_what_the_entry_counts_in(client):
    credential = signed_credential(**NEW_ZEALAND, stated={"credits_earned": Decimal(40)})

    for page in (seen(client, credential), checked(client, credential.document)):
        assert "Credits earned 40 NZ credits" in page
        assert "40 ECTS" not in page
        assert "Credits 40 NZ credits earned; worth 20 ECTS" in page


def test_credits_earned_stand_beside_those_of_the_course_where_they_differ(client):
    page = seen(client, signed_credential(stated={"credits_earned": Decimal(2)}))

    assert "Credits earned 2 ECTS Credits 2.5 ECTS" in page
    assert "Credits 2 ECTS earned; in all 2.5 ECTS" in page
    assert "Credits earned 2.5 ECTS Workload" in seen(
        client, signed_credential(stated={"credits_earned": Decimal("2.5")})
    )


def test_credits_earned_beside_an_entry_without_credits_have_no_unit(client):
    page = seen(client, signed_credential(**NOTHING_EARNED, stated={"credits_earned": Decimal("2.5")}))

    assert "Credits earned 2.5 the provider states no unit" in page
    assert "2.5 ECTS" not in page
    assert "Credits Not stated" not in page
    assert "Credits 2.5 (the provider states no unit) earned" in page


def test_credits_in_a_file_of_others_have_no_unit(client):
    page = checked(client, strangers(credentialSubject=strangers_subject(creditsEarned=40)))

    assert "Credits earned 40 the file names no unit" in page


def test_result_has_its_unit_its_scale_and_what_was_needed(client):
    grade = {"key": "grade", "name": {"en": "Grade"}, "type": "GradePointAverage", "value_min": "1", "value_max": "5"}
    levels = [{"key": "high", "name": {"en": "With distinction"}}]
    credential = signed_credential(
        outcome_rule={"measure": "score", "at_least": "60", "scale": "percent"},
        result_descriptions=(
            grade | {"required_value": "4"},
            {"key": "level", "name": {"en": "Level"}, "type": "RubricCriterionLevel", "levels": levels},
        ),
        stated={
            "results": (
                ResultOrder(value="82"),
                ResultOrder(value="1.7", description="grade"),
                ResultOrder(level="high", description="level"),
                ResultOrder(status="Completed", description="level"),
            )
        },
    )

    for page in (seen(client, credential), checked(client, credential.document)):
        assert "Share of the total score 82 % · 60 % needed" in page
        assert "Grade 1.7 · on a scale from 1 to 5 · 4 needed" in page
        assert "Level With distinction" in page
    assert "Level Abgeschlossen" in seen(client, credential, "de")


def test_one_line_says_whether_it_was_tested_how_much_it_is_and_how_hard(client):
    credential = signed_credential(
        ects_credits=Decimal(5), level_eqf=6, level_eqf_basis="referenced", level_eqf_source="national register"
    )

    effort = "5 ECTS ≈ 125-150 hours; a full-time year is 60 · level 6 of 8 on the European scale"
    assert f"Earned with an assessment · {effort}" in seen(client, credential)
    german = seen(client, credential, "de")
    assert "Mit Prüfung erworben · 5 ECTS ≈ 125-150 Stunden" in german
    assert "Geprüft." not in german


# -- Only what was checked -------------------------------------------------------------------------------
def test_what_the_award_states_is_not_called_not_stated_above_it(client):
    credential = signed_credential(stated={"participation": "On site", "credits_earned": Decimal(2)})

    page = seen(client, credential)

    assert "Mode On site" in page
    assert "Mode Not stated" not in page
    assert "Credits earned 2 ECTS" in page


def test_where_the_register_was_not_asked_the_page_does_not_answer_for_it(client):
    credential = signed_credential()
    changed = (credential.document or "").replace("Ada Example", "Eda Example", 1)
    Credential.objects.filter(pk=credential.pk).update(document=changed)

    page = seen(client, credential)

    assert "Not in our register" not in page
    assert "Not looked up in our register" in page
    assert "According to the file, awarded to Eda Example" in page
    assert "Expires No end stated" in page
    assert "Earned with an assessment" not in page
    assert "Is it this person?" not in page


def test_file_that_nobody_vouches_for_is_quoted(client):
    page = checked(client, strangers())

    assert "Nobody whom we know vouches for it." in page
    assert "According to the file, awarded to Ada Lovelace by “ Weavers' Guild ”" in page
    assert "What Ada Lovelace can do" not in page
    assert "Expires No end stated" in page


def test_dates_that_cannot_be_read_are_not_called_absent(client):
    page = checked(client, compact_json(badge(awardedDate="yesterday", validUntil="for ever")))

    assert "Awarded Cannot be read" in page
    assert "Expires Cannot be read" in page


# -- Numbers that add up ---------------------------------------------------------------------------------
def test_heading_counts_the_facts_that_stand_below_it(client):
    approved = {"state": "value", "value": {"en": "08/2019"}}
    credential = signed_credential(facts={"approved": approved})

    content = client.get(f"/c/{credential.pk}").content.decode()
    summary, rows = re.findall(r"<summary>(.*?)</summary>\s*<dl class=\"items\".*?>(.*?)</dl>", content, re.DOTALL)[-1]

    assert f"All {rows.count('<dt>')} facts" in summary
    assert rows.count("<dt>") == 16


def test_corrected_one_is_replaced_and_did_not_fail(client):
    credential = signed_credential()
    achievement = Achievement.objects.select_related("issuer__node", "issuer__organisation", "organisation").get()
    correction = build_order(achievement, recipient=Recipient(name="Ada Lovelace", email="ada@example.org"))
    supersede_credential(credential_id=credential.pk, order=correction, reason="name", actor=SYSTEM)
    with signing_here():
        drain_all()

    page = seen(client, credential)

    assert "failed" not in page.lower()
    assert "2 replaced" in page


def test_revoked_one_counts_as_revoked(client):
    credential = signed_credential()
    revoke_credential(credential_id=credential.pk, reason="clerical error", actor=SYSTEM)

    assert "1 revoked" in seen(client, credential)


# -- Who made it -----------------------------------------------------------------------------------------
def test_joint_award_names_both_bodies_in_bar_and_record(client):
    credential = signed_credential(parties=JOINT)

    for page in (seen(client, credential), checked(client, credential.document)):
        assert "Example College and Example Hospital awarded this to Ada Example" in page
        assert re.search(r"by Example College and Example Hospital on \d", page)
        assert "Awarded together with Example Hospital" in page
    assert "Verliehen von Example College und Example Hospital an" in seen(client, credential, "de")


def test_file_of_others_cannot_name_a_second_body_in_our_sentence(client):
    subject = strangers_subject()
    subject["achievement"]["criteria"] = {"narrative": "Woven.\n\n* Co-awarding body: Example Hospital"}

    page = checked(client, strangers(credentialSubject=subject))

    assert "and Example Hospital" not in page
    assert "Awarded together with" not in page


def test_known_issuer_is_called_what_the_register_calls_it_and_what_the_file_calls_it(client):
    credential = signed_credential(trusted=False)
    vouch_for(credential.key.issuer.did, "University of Somewhere")

    page = seen(client, credential)

    assert "Issued by US University of Somewhere" in page
    assert "So our register calls it; the file calls it “ Example College ”" in page


def test_known_issuer_under_the_name_of_another_is_not_said_to_be_out_of_the_register(client):
    credential = signed_credential(trusted=False)
    vouch_for(credential.key.issuer.did, "University of Somewhere")
    vouch_for("did:web:college.example", "Example College")

    page = seen(client, credential)

    assert "In our register as “ University of Somewhere ”" in page
    assert "Not in our register" not in page
    assert "Its signer is known to us, under another name." in page
    assert "According to the file, awarded to Ada Example" in page


def test_sample_is_said_once_and_never_to_be_relied_on(client):
    credential = signed_credential(sample=True)

    for page in (seen(client, credential), checked(client, credential.document)):
        assert page.count("not issued by this institution") == 1
        assert "rely on it" not in page
        assert "awarded this to" not in page
    revoke_credential(credential_id=credential.pk, reason="clerical error", actor=SYSTEM)
    assert "took this certificate back" not in seen(client, credential)


# -- Languages -------------------------------------------------------------------------------------------
def test_page_in_another_language_than_the_award_says_so_once_and_marks_it(client):
    credential = signed_credential(stated={"language": "de", "participation": "Vor Ort"})

    content = client.get(f"/c/{credential.pk}").content
    page = content.decode()

    assert words_of(content).count("Its own words are in German.") == 1
    for german in ("Daten-Grundlagen", "Daten lesen.", "Form der Teilnahme"):
        marked = re.findall(rf'lang="de"[^>]*>(?:(?!</(?:p|dl|ul|h2)>).)*{german}', page, re.DOTALL)
        assert marked, german
    assert page.count('<span lang="de">Vor Ort</span>') == 2, "in the strip and in the list"
    assert "Its own words" not in seen(client, signed_credential())
    assert "Sein Wortlaut" not in seen(client, credential, "de")


def test_technical_details_are_marked_as_english(client):
    content = client.get(f"/c/{signed_credential().pk}", headers={"Accept-Language": "de"}).content.decode()

    assert content.count("Technische Einzelheiten:") == len(re.findall(r'<bdi class="mono" lang="en">', content)) > 0


def test_dates_of_the_older_data_model_are_read(client):
    document = badge(issuanceDate="2020-02-03T00:00:00Z", expirationDate="2999-01-02T00:00:00Z")
    del document["validFrom"]

    page = checked(client, compact_json(document))

    assert "Awarded 3 February 2020" in page
    assert "Expires 2 January 2999" in page
