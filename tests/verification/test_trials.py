"""A trial reads “issuer not known”, with the sentence that it is worth nothing: on page, in JSON, in the shell, for judges."""

import copy
import datetime as dt
import json
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from credentials.data_integrity import ProofOptions, add_proof
from credentials.strict_json import compact_json
from credentials.trials import TRIAL_NOTICE
from issuing.keys import open_key
from issuing.models import Trial, TrialIssuer
from issuing.selectors import issuer_did_document
from issuing.trials import trial_did_document
from registry.models import TrustedIssuer
from tests.issuing.builders import signing_here
from tests.issuing.trying import signed_trial_of, tried
from tests.journeys.judges import dcc, digitalbazaar, openbadges_lib, openvc_core, oracle_folder
from tests.verification.builders import BASE_URL, signed_credential, vouch_for
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db
SENTENCE = "It says of itself that it is worth nothing"


def read(trial, **headers):
    return Client().get(f"/trials/{trial.pk}", **headers)


def report_of(source):
    return verify_source(source, at=timezone.now())


@pytest.fixture
def trial():
    made = signed_trial_of()
    vouch_for(made.issuer.issuer.did, "Example College")
    return made


def test_page_says_what_it_is(trial):
    page = read(trial)

    assert page.status_code == 200
    assert SENTENCE in page.content.decode()
    assert "nobody vouches for that" in page.content.decode()
    assert "Genuine and current" not in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_every_way_to_check_it_reads_issuer_not_known(trial):
    served = read(trial, HTTP_ACCEPT="application/vc").content.decode()
    assert served == trial.document

    for source in (served, served.encode(), f"{BASE_URL}/trials/{trial.pk}"):
        report = report_of(source)
        assert report.verdict == "issuer-not-known"
        assert SENTENCE in report.as_text()
        assert json.loads(report.as_json())["verdict"] == "issuer-not-known"
        assert json.loads(report.as_json())["headline"] == TRIAL_NOTICE
        assert SENTENCE in report.as_json()


def test_the_shell_says_it_too(trial, tmp_path):
    path, said = tmp_path / "trial.json", StringIO()
    path.write_text(trial.document, "utf-8")

    with pytest.raises(SystemExit):
        call_command("verify", str(path), stdout=said)

    assert SENTENCE in said.getvalue()
    assert "Genuine and current" not in said.getvalue()


def test_register_that_lists_it_all_the_same_changes_nothing(trial):
    """Guard behind the guard: an import by hand into the table."""
    TrustedIssuer.objects.create(
        did=trial.issuer.did,
        name={"en": json.loads(trial.document)["issuer"]["name"]},
        vouched_by="Somebody",
        since=dt.date(2020, 1, 1),
        source="planted",
    )

    assert report_of(trial.document).verdict == "issuer-not-known"


def test_changed_trial_is_not_genuine(trial):
    assert report_of(trial.document.replace("Data Basics", "Brain Surgery")).verdict == "not-genuine"
    assert report_of(trial.document.replace("Trial - worth nothing: ", "")).verdict == "not-genuine"


def test_file_that_outlives_its_removal_still_says_so(trial):
    Trial.objects.all().delete()

    assert read(trial).status_code == 404
    report = verify_source(trial.document, at=timezone.now() + dt.timedelta(days=31))
    assert report.verdict == "issuer-not-known"
    assert SENTENCE in report.as_text()


def test_trial_that_is_over_is_gone_before_it_is_deleted(trial):
    Trial.objects.update(ends_at=timezone.now())

    assert read(trial).status_code == 404


def test_trial_that_waits_shows_nothing():
    waiting = tried()
    slug = waiting.issuer.issuer.slug

    assert read(waiting).status_code == 404
    assert Client().get(f"/trials/issuers/{slug}/did.json").status_code == 404


def test_did_document_of_trials_is_not_the_issuers(trial):
    slug = trial.issuer.issuer.slug

    served = Client().get(f"/trials/issuers/{slug}/did.json").json()
    issuers = Client().get(f"/issuers/{slug}/did.json")

    assert served["id"] == trial.issuer.did
    assert trial.issuer.public_multibase in json.dumps(served)
    assert trial.issuer.public_multibase not in issuers.content.decode()


def test_trials_are_in_no_list_of_anything(trial):
    said = StringIO()
    call_command("did_documents", stdout=said)
    pages = [said.getvalue()]
    pages += [
        Client().get(address).content.decode() for address in ("/catalogue/", "/sitemap.xml", "/robots.txt", "/")
    ]

    for page in pages:
        assert "/trials/" not in page.replace("Disallow: /trials/", "")
        assert ":trials:" not in page
        assert "worth nothing" not in page


def test_number_of_a_real_certificate_under_a_trials_key_is_a_forgery():
    """Whoever holds the key of trials cannot take the place of what was issued."""
    real = signed_credential()
    trial = signed_trial_of(real.award.version.achievement)
    unsigned = json.loads(trial.unsigned) | {"id": json.loads(real.document)["id"]}
    with signing_here():
        options = ProofOptions(trial.issuer.method, timezone.now().replace(microsecond=0))
        forged = add_proof(unsigned, open_key(trial.issuer), options)

    report = report_of(compact_json(forged))

    assert report.verdict == "not-genuine"
    assert "not-as-issued" in report.as_json()


# -- judges: other people's verifiers ---------------------------------------------------------------------


def judged(trial, judge, *more):
    """Return what a judge says of a trial with the keys of trials, without them, and of one that names the issuer."""
    issuer = trial.issuer.issuer
    real, own = issuer_did_document(issuer), trial_did_document(trial.issuer.did)
    document = json.loads(trial.document)
    claimed = copy.deepcopy(document)
    claimed["issuer"]["id"] = issuer.did
    moved = copy.deepcopy(claimed)
    key = real["verificationMethod"][0]["id"]
    moved["proof"][0]["verificationMethod"] = key
    known = {issuer.did: real, trial.issuer.did: own}
    return (
        judge(document, known, *more).accepted,
        [
            judge(document, {issuer.did: real}, *more).accepted,
            judge(claimed, known, *more).accepted,
            judge(moved, known, *more).accepted,
        ],
    )


@pytest.fixture
def beside_a_real_one():
    real = signed_credential()
    return signed_trial_of(real.award.version.achievement)


@pytest.mark.parametrize("judge", [openvc_core, openbadges_lib], ids=["openvc-core", "openbadgeslib"])
def test_judges_see_a_signature_and_not_the_issuer(beside_a_real_one, judge):
    by_its_own_key, by_the_issuers = judged(beside_a_real_one, judge)

    assert by_its_own_key
    assert by_the_issuers == [False, False, False]


@pytest.mark.parametrize("judge", [digitalbazaar, dcc], ids=["digitalbazaar", "dcc"])
def test_judges_of_javascript_do_not_see_the_issuer_either(beside_a_real_one, judge, tmp_path, missing):
    if oracle_folder() is None:
        missing("the JavaScript judges are not installed: set ORACLE_DIR (CONTRIBUTING.md)")

    by_its_own_key, by_the_issuers = judged(beside_a_real_one, judge, tmp_path)

    assert by_its_own_key
    assert by_the_issuers == [False, False, False]


def test_issuer_has_no_part_in_what_is_signed(beside_a_real_one):
    document = json.loads(beside_a_real_one.document)
    issuer = beside_a_real_one.issuer.issuer

    assert issuer.did not in beside_a_real_one.document
    assert urlsplit(document["id"]).path == f"/trials/{beside_a_real_one.pk}"
    assert TrialIssuer.objects.get().did == document["issuer"]["id"]
    assert set(document["issuer"]) == {"id", "type", "name"}
