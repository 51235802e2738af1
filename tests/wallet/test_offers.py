"""The plain page of a claim link: looking changes nothing; accepting and declining work without JavaScript."""

import datetime as dt
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.content import PartyContent
from catalogue.models import Audience, PartyRole
from catalogue.services import set_audience
from issuing.claim_links import claim_url
from issuing.models import Award, AwardState, Credential
from issuing.services import revoke_credential, supersede_credential
from issuing.stated import ResultOrder
from registry.actors import SYSTEM
from registry.models import SigningPolicy, Visibility
from registry.services import Recipient, register_host
from tests.issuing.builders import build_achievement, build_issuer, build_order
from tests.issuing.ways import award_now, sign
from tests.verification.builders import BASE_URL, vouch_for

pytestmark = pytest.mark.django_db


def offered(policy=SigningPolicy.AT_CLAIM, *, content=None, stated=None, **organisation) -> tuple[Award, str]:
    register_host(base_url=BASE_URL, actor=SYSTEM)
    achievement = build_achievement(build_issuer(signing_policy=policy, **organisation), **content or {})
    award = award_now(achievement, **stated or {})
    sign()
    return award, urlsplit(claim_url(award.pk)).path


def state_of(award: Award) -> str:
    return Award.objects.get(pk=award.pk).state


def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def press(client: Client, path: str, button: str) -> str:
    """Send the page's own form as a browser does; return the page that follows."""
    page = client.get(path).content.decode()
    (address,) = re.findall(rf'action="([^"]+/{button})"', page)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return client.post(address, {"csrfmiddlewaretoken": token}, follow=True).content.decode()


def test_picture_is_told_by_what_its_issuer_says_that_it_shows():
    _award, path = offered(content={"image_alt": {"en": "A wave of data", "de": "Eine Welle"}})

    assert 'alt="A wave of data"' in browser().get(path).content.decode()
    assert 'alt="Eine Welle"' in browser().get(path, headers={"accept-language": "de"}).content.decode()


def test_looking_accepts_nothing():
    award, path = offered()

    for method in ("get", "head"):
        assert getattr(browser(), method)(path).status_code == 200
    for button in ("accept", "decline"):
        assert browser().get(f"{path}/{button}").status_code == 405
        assert browser().post(f"{path}/{button}").status_code == 403, "a page of another site may not say it either"

    assert state_of(award) == AwardState.AWAITING_CLAIM


def test_page_shows_what_will_be_signed_to_whoever_has_the_link_alone():
    award, path = offered()
    response = browser().get(path)
    page = response.content.decode()

    assert "Ada Example" in page
    assert "Data Basics" in page
    assert "Example College has a certificate for you" in page
    assert (response.headers["Cache-Control"], response.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    altered = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert browser().get(altered).status_code == 404
    assert browser().get(f"/c/{award.pk}").status_code == 404


def test_accepting_leads_to_the_certificate():
    award, path = offered()
    vouch_for(award.version.achievement.issuer.did)
    client = browser()

    page = press(client, path, "accept")

    assert "is being signed" in page
    assert state_of(award) == AwardState.ACCEPTED
    sign()
    page = client.get(path).content.decode()
    assert 'data-verdict="genuine"' in page
    assert "You accepted it on" in page


def test_declining_ends_it_and_says_so():
    award, path = offered()

    page = press(browser(), path, "decline")

    assert "You declined this award" in page
    assert '/accept"' not in page
    assert state_of(award) == AwardState.DECLINED
    assert sign() == 0


def test_signed_award_is_accepted_and_declined_as_a_time():
    award, path = offered(SigningPolicy.AT_AWARD, default_visibility=Visibility.PUBLIC)
    vouch_for(award.version.achievement.issuer.did)
    client = browser()

    assert "You declined it on" in press(client, path, "decline")
    assert Credential.objects.get().visibility == Visibility.PRIVATE
    page = press(client, path, "accept")

    assert "You accepted it on" in page
    award.refresh_from_db()
    assert award.claimed_at
    assert award.declined_at is None
    assert state_of(award) == AwardState.SIGNED


@pytest.mark.parametrize("end", ["cancelled", "lapsed", "replaced"])
def test_what_cannot_be_accepted_any_more_says_why(end):
    award, path = offered()
    client = browser()
    page = client.get(path).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    if end == "cancelled":
        revoke_credential(credential_id=award.pk, reason="Mistake", actor=SYSTEM)
    elif end == "lapsed":
        Award.objects.filter(pk=award.pk).update(claim_until=timezone.now() - timedelta(days=1))
    else:
        order = build_order(award.version.achievement, recipient=Recipient(name="Other", email="o@example.org"))
        supersede_credential(credential_id=award.pk, order=order, reason="Other person", actor=SYSTEM)

    response = client.post(f"{path}/accept", {"csrfmiddlewaretoken": token}, follow=True)

    assert state_of(award) != AwardState.ACCEPTED
    page = response.content.decode()
    if end == "replaced":
        assert response.status_code == 410, "the link of the older facts opens nothing any more"
        assert "Other" not in page.partition("<main")[2]
    else:
        assert f'data-state="{end}"' in page


def text_of(page: str) -> str:
    """Return what a reader sees of the main part, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]))


def test_page_names_everybody_who_gives_it_and_what_will_stand_in_it():
    roles = [(PartyRole.CO_AWARDS, "Second College"), (PartyRole.DELIVERS, "Academy"), (PartyRole.ASSESSES, "Testers")]
    parties = (
        *(PartyContent(role=role, name=name) for role, name in roles),
        PartyContent(role="platform", name="Campus"),
    )
    _award, path = offered(
        content={"parties": parties},
        stated={"results": (ResultOrder(value="87.5", status="Completed"),), "valid_until": dt.date(2029, 1, 1)},
        timezone="America/New_York",
    )

    page = text_of(browser().get(path).content.decode())

    for words in (
        "together with Second College", "Delivered by: Academy", "Assessed by: Testers", "Platform: Campus",
        "Result 87.5, Completed", "Expires 1 January 2029", "Your e-mail address Not in readable form",
    ):  # fmt: skip
        assert words in page


def test_page_leads_to_no_entry_that_its_reader_cannot_open():
    award, path = offered()
    set_audience(achievement=award.version.achievement, audience=Audience.ORGANISATION, actor=SYSTEM)
    client = browser()

    for address in re.findall(r'href="(/catalogue/[^"]+/)"', client.get(path).content.decode()):
        assert client.get(address).status_code == 200
    _award, path = offered()
    assert re.findall(r'href="(/catalogue/[^"]+/v/1/)"', client.get(path).content.decode())


@pytest.mark.parametrize(
    ("visibility", "says"),
    [(Visibility.PRIVATE, "private until you show it"), (Visibility.UNLISTED, "has its address")],
)
def test_page_promises_the_visibility_that_it_will_have(visibility, says):
    _award, path = offered(default_visibility=visibility)

    assert says in text_of(browser().get(path).content.decode())
