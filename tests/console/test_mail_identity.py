"""Whose mail it is: addresses, signature and own words of letters, looked at, tried and carried by what leaves."""

import io
import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from issuing.delivery.sending import send_waiting
from issuing.models import MailIdentity, OwnParagraph
from issuing.services import MailIdentityOrder, checked_identity
from registry.models import AuditEntry, Role
from registry.refusals import RuleBrokenError
from tests.catalogue.test_uploads import bomb
from tests.console.houses import build_house, problems
from tests.issuing.ways import LATER, award_now, sign

pytestmark = pytest.mark.django_db
WORDS = "The ceremony is on 18 December.\nWe look forward to it."
SAID = {
    "contact": "Names@College.example",
    "reply_to": "office@college.example",
    "privacy_contact": "dpo@college.example",
    "signature_en": "Registry of the College",
    "paragraph_claim_en": WORDS,
}


def letters_of(house) -> str:
    return f"{house.home}administration/letters/"


def form_of(house, **said) -> dict[str, str]:
    kept = house.client.get(letters_of(house)).context["form"].initial
    return {name: str(value) for name, value in (kept | SAID | said).items()}


def sent_letter(house):
    """Award, sign, send; return the mail that leaves."""
    award_now(house.achievement, number=1)
    sign()
    send_waiting(worker="w", until=timezone.now() + LATER)
    return mail.outbox[-1]


def test_letters_carry_what_was_said_and_their_fixed_parts():
    house = build_house(Role.ADMIN)

    assert house.client.post(letters_of(house), form_of(house)).status_code == 302
    letter = sent_letter(house)

    html = letter.alternatives[0][0]
    assert letter.reply_to == ["office@college.example"]
    for part in (letter.body, html):
        assert "Name wrong? Write to names@college.example" in part
        assert "shown, corrected or deleted, write to dpo@college.example" in part
        assert "Registry of the College" in part
        assert "The ceremony is on 18 December." in part
        assert "In the words of" in part
        assert "The link is secret" in part
    assert "  | The ceremony is on 18 December.\n  | We look forward to it." in letter.body
    assert "<blockquote" in html


def test_letter_is_looked_at_and_tried_before_anything_is_saved():
    house = build_house(Role.ADMIN)

    page = house.client.post(letters_of(house), form_of(house) | {"show": "claim.en"}).content.decode()
    assert "Not saved yet." in page
    assert "| The ceremony is on 18 December." in page
    assert WORDS.partition("\n")[0] in page
    house.client.post(letters_of(house), form_of(house) | {"try": "revoked.de"})

    assert not MailIdentity.objects.exists()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [house.user.email]
    assert "/claim/" not in mail.outbox[0].body
    assert "HolderName" not in mail.outbox[0].body + mail.outbox[0].alternatives[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "Log in at https://evil.example",
        "See www.evil.example",
        "Go to evil.example now",
        "Write to bob@evil.example",
        "See evil。example/x@y",
    ],
)
def test_own_words_hold_no_address(text):
    house = build_house(Role.ADMIN)

    answer = house.client.post(letters_of(house), form_of(house, paragraph_claim_en=text, contact="nobody"))

    assert answer.status_code == 422
    told = problems(answer.content.decode())
    assert len(told) == 2, told
    assert any("Leave addresses out" in one for one in told)
    assert text.split()[0] in answer.content.decode()
    assert not OwnParagraph.objects.exists()


def test_own_words_are_text_alone():
    house = build_house(Role.ADMIN)
    house.client.post(
        letters_of(house), form_of(house, paragraph_claim_en='<b onclick="x">Bold</b>\n-- \nOpen your certificate:')
    )

    letter = sent_letter(house)

    assert "<b onclick" not in letter.alternatives[0][0]
    assert "&lt;b onclick" in letter.alternatives[0][0]
    assert "  | Open your certificate:" in letter.body
    assert letter.body.count("\n--") == 1


def test_second_editor_is_told_and_loses_nothing():
    house = build_house(Role.ADMIN)
    stale = form_of(house)
    house.client.post(letters_of(house), form_of(house, signature_en="First"))

    answer = house.client.post(letters_of(house), stale | {"signature_en": "Second"})

    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.content.decode()
    assert ">Second</textarea>" in answer.content.decode().replace("\n", "")
    assert MailIdentity.objects.get().signature == {"en": "First"}
    assert AuditEntry.objects.filter(act="mail.identity_set").count() == 1


WIDE = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="80"><rect x="50" width="200" height="80" fill="#246"/></svg>'


def send_logo(house, data, **more):
    return house.client.post(f"{letters_of(house)}logo", {"logo": SimpleUploadedFile("logo.svg", data), **more})


def test_logo_comes_inside_each_letter_and_is_fetched_from_nowhere():
    house = build_house(Role.ADMIN)
    assert house.client.get(f"{letters_of(house)}logo").status_code == 404

    for _time in range(2):
        assert send_logo(house, WIDE).status_code == 302
    letter = sent_letter(house)

    whole = letter.message()
    assert whole.get_content_type() == "multipart/related"
    (logo,) = [part for part in whole.walk() if part.get_content_type() == "image/png"]
    assert (logo["Content-ID"], logo.get_content_disposition()) == ("<logo@letter>", "inline")
    kept = house.client.get(f"{letters_of(house)}logo")
    assert logo.get_payload(decode=True) == kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (280, 112), "as wide as it is, without the empty ground beside it"
    html = letter.alternatives[0][0]
    assert re.search(r'<img src="cid:logo@letter" height="48" alt="Logo: [^"]+"', html)
    assert AuditEntry.objects.filter(act="mail.logo_set").count() == 1


def test_logo_is_tried_and_taken_out_and_words_leave_it_alone():
    house = build_house(Role.ADMIN)
    send_logo(house, WIDE)
    house.client.post(letters_of(house), form_of(house))
    house.client.post(letters_of(house), form_of(house) | {"try": "claim.en"})

    assert "image/png" in {part.get_content_type() for part in mail.outbox[-1].message().walk()}
    house.client.post(f"{letters_of(house)}logo", {"away": "1"})
    letter = sent_letter(house)
    assert {part.get_content_type() for part in letter.message().walk()} == {
        "multipart/alternative",
        "text/plain",
        "text/html",
    }
    assert "cid:" not in letter.alternatives[0][0]
    assert "Registry of the College" in letter.body


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (WIDE.replace(b"<rect", b"<script>1</script><rect"), "save it as a plain SVG"),
        (WIDE.replace(b' fill="#246"', b' fill="none"'), "Nothing is to be seen"),
        (bomb(60_000, 60_000), "at most 3,000 × 3,000 pixels"),
        (bomb(300, 39), "at least 40 pixels"),
        (b"GIF89a", "Send a PNG or an SVG"),
        (b"", "Send a PNG or an SVG"),
    ],
)
def test_bad_logo_is_refused_with_what_to_do(data, words):
    house = build_house(Role.ADMIN)

    answer = send_logo(house, data)

    assert answer.status_code == 422
    assert any(words in one for one in problems(answer.content.decode())), answer.content.decode()
    assert not MailIdentity.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AWARDER, Role.APPROVER, Role.VIEWER])
def test_who_does_not_administer_is_refused(role):
    house = build_house(role)
    assert send_logo(house, WIDE).status_code == 403
    assert house.client.get(f"{letters_of(house)}logo").status_code == 403

    assert house.client.get(letters_of(house)).status_code == 403
    assert house.client.post(letters_of(house), SAID).status_code == 403
    assert not MailIdentity.objects.exists()


def test_what_is_too_long_is_refused():
    house = build_house()
    order = MailIdentityOrder(
        organisation=house.achievement.organisation,
        paragraphs={("claim", "en"): "x" * 1_001},
        signature={"en": "\n" * 20},
    )

    with pytest.raises(RuleBrokenError) as told:
        checked_identity(order)

    assert [one.code for one in told.value.refusals] == ["too-long"]
