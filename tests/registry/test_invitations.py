"""Invitations: a role by mail, for one address, once, and for as long as who invited may give it."""

import datetime as dt
import re
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from registry.actors import SYSTEM, actor_for_user
from registry.errors import (
    AlreadyMemberError,
    InvitationOverError,
    JustSentError,
    OrderRefusedError,
    RoleRequiredError,
    UnavailableError,
    WrongAddressError,
)
from registry.invitation_links import invitation_token
from registry.models import AuditEntry, Invitation, Membership, OutboxMessage, Role, User
from registry.outbox import Topic
from registry.services import (
    OrganisationOrder,
    accept_invitation,
    add_member,
    create_faculty,
    create_organisation,
    invite_member,
    offer_role,
    remove_member,
    send_invitation_again,
    withdraw_invitation,
)
from registry.tasks import mail_invitation
from tests.console.houses import signed_in
from tests.registry.builders import build_member, build_organisation, build_user, root_of

pytestmark = pytest.mark.django_db
ROSA = "rosa@example.org"


@pytest.fixture
def node():
    return root_of(build_organisation())


def send_mails() -> None:
    for message in OutboxMessage.objects.filter(topic=Topic.INVITATION_MADE).order_by("pk"):
        mail_invitation(**{name: value for name, value in message.payload.items() if name != "tenant"})


def link_in(letter) -> str:
    return re.search(r"/account/invitation/[^\s]+", letter.body)[0]


def token_of(invitation: Invitation) -> str:
    return invitation_token(invitation.pk, Invitation.objects.get(pk=invitation.pk).sendings)


def test_letter_tells_who_invites_to_what_and_its_link_gives_the_role_once(node):
    admin = build_member(node, Role.ADMIN)
    invite_member(node=node, email=" Rosa@Example.org ", role=Role.EDITOR, actor=admin)
    send_mails()
    letter, desk = mail.outbox[0], Client()

    page = desk.get(link_in(letter)).content.decode()
    onward = desk.post(link_in(letter))
    rosa = User.objects.get(email=ROSA)
    desk = signed_in(rosa)
    looked = desk.get(link_in(letter)).content.decode()
    assert not Membership.objects.filter(user=rosa).exists(), "to look changes nothing"
    accepted = desk.post(link_in(letter))
    again = desk.get(link_in(letter))

    assert letter.to == [ROSA]
    assert "Example College" in letter.from_email
    assert User.objects.get(pk=admin.user_id).email in letter.body
    assert "describes achievements" in letter.body
    assert ROSA in page
    assert onward.url.startswith("/account/login/?next=/account/invitation/")
    assert "Accept the invitation" in looked
    assert accepted.url == f"/console/{node.organisation.slug}/"
    assert Membership.objects.get(user=rosa).role == Role.EDITOR
    assert again.status_code == 410
    acts = list(AuditEntry.objects.filter(organisation=node.organisation).order_by("id").values_list("act", flat=True))
    assert acts[-3:] == ["invitation.made", "membership.given", "invitation.accepted"]
    assert ROSA not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_german_letter(node):
    invite_member(node=node, email=ROSA, role=Role.AWARDER, actor=SYSTEM, language="de")
    send_mails()

    assert "lädt Sie" in mail.outbox[0].subject
    assert "Hello" not in mail.outbox[0].body


def test_invitation_of_another_address_is_shown_and_not_accepted(node):
    made, other = invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM), build_user()
    address = f"/account/invitation/{token_of(made)}/"

    page = signed_in(other).get(address).content.decode()
    refused = signed_in(other).post(address)

    assert other.email in page
    assert "Accept the invitation" not in page
    assert refused.status_code == 403
    with pytest.raises(WrongAddressError):
        accept_invitation(token=token_of(made), actor=actor_for_user(other))
    assert not Membership.objects.filter(user=other).exists()


def test_who_signs_in_without_the_letter_is_told_of_it_at_a_confirmed_address_alone(node):
    made = invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM)
    rosa = build_user(email=ROSA)
    invites = f"{node.organisation.name['en']} invites you."
    noted = EmailAddress.objects.create(user=rosa, email=ROSA, verified=False)

    before = signed_in(rosa).get("/account/").content.decode()
    EmailAddress.objects.filter(pk=noted.pk).update(verified=True)
    after = signed_in(rosa).get("/account/").content.decode()
    accept_invitation(token=token_of(made), actor=actor_for_user(rosa))

    assert invites not in before
    assert invites in after
    assert invites not in signed_in(rosa).get("/account/").content.decode()


@pytest.mark.parametrize("ended", ["withdrawn", "over", "sent again"])
def test_link_that_is_over_gives_nothing(node, ended):
    rosa = build_user(email=ROSA)
    made = invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM)
    token = token_of(made)
    if ended == "withdrawn":
        withdraw_invitation(invitation=made, actor=SYSTEM)
    else:
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    if ended == "sent again":
        send_invitation_again(invitation=made, actor=SYSTEM)

    page = signed_in(rosa).get(f"/account/invitation/{token}/")
    posted = signed_in(rosa).post(f"/account/invitation/{token}/")

    assert (page.status_code, posted.status_code) == (410, 410)
    assert not Membership.objects.filter(user=rosa).exists()
    if ended == "sent again":
        assert accept_invitation(token=token_of(made), actor=actor_for_user(rosa)).role == Role.VIEWER


def test_invitation_of_who_lost_the_role_gives_nothing(node):
    admin, rosa = build_member(node, Role.ADMIN), build_user(email=ROSA)
    made = invite_member(node=node, email=ROSA, role=Role.ADMIN, actor=admin)
    remove_member(membership=Membership.objects.get(user_id=admin.user_id), actor=SYSTEM)

    with pytest.raises(InvitationOverError):
        accept_invitation(token=token_of(made), actor=actor_for_user(rosa))

    assert not Membership.objects.filter(user=rosa).exists()


def test_role_of_an_invitation_ends_when_it_was_said(node):
    until, jo, rosa = timezone.now() + dt.timedelta(days=9), build_user(), build_user(email=ROSA)
    made = invite_member(node=node, email=ROSA, role=Role.AWARDER, actor=SYSTEM, valid_until=until, stands_in_for=jo)

    given = accept_invitation(token=token_of(made), actor=actor_for_user(rosa))

    assert (given.valid_until, given.stands_in_for) == (until, jo)


def test_only_owners_invite_owners_and_admins_of_a_faculty_invite_there(node):
    law = create_faculty(parent=node, name={"en": "Law"}, actor=SYSTEM)
    admin, dean = build_member(node, Role.ADMIN), build_member(law, Role.ADMIN)

    invite_member(node=law, email=ROSA, role=Role.AWARDER, actor=dean)
    for actor, place, role in ((admin, node, Role.OWNER), (dean, node, Role.VIEWER)):
        with pytest.raises(RoleRequiredError):
            invite_member(node=place, email=ROSA, role=role, actor=actor)

    assert Invitation.objects.count() == 1


def test_operator_names_the_first_owner_and_no_other():
    house = create_organisation(order=OrganisationOrder(slug="new", name={"en": "New"}), owner=None, actor=SYSTEM)
    operator, rosa = actor_for_user(build_user(is_superuser=True)), build_user(email=ROSA)
    made = invite_member(node=root_of(house), email=ROSA, role=Role.OWNER, actor=operator)

    given = accept_invitation(token=token_of(made), actor=actor_for_user(rosa))

    assert given.role == Role.OWNER
    for role in (Role.OWNER, Role.VIEWER):
        with pytest.raises(RoleRequiredError):
            invite_member(node=root_of(house), email="another@example.org", role=role, actor=operator)


def test_every_fault_of_an_invitation_is_told_at_once(node):
    with pytest.raises(OrderRefusedError) as refused:
        invite_member(
            node=node, email="rosa", role=Role.VIEWER, actor=SYSTEM, valid_until=timezone.now() - dt.timedelta(1)
        )

    assert {one.place for one in refused.value.refusals} == {"email", "valid_until"}


def test_who_holds_the_role_is_not_invited_and_who_belongs_here_has_it_at_once(node):
    rosa = build_user(email=ROSA)
    add_member(user=rosa, node=node, role=Role.VIEWER, actor=SYSTEM)

    with pytest.raises(AlreadyMemberError):
        invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM)
    given = offer_role(node=node, email=ROSA, role=Role.EDITOR, actor=SYSTEM)
    asked = offer_role(node=node, email="new@example.org", role=Role.EDITOR, actor=SYSTEM)

    assert isinstance(given, Membership)
    assert isinstance(asked, Invitation)


def test_second_letter_waits(node):
    made = invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM)

    with pytest.raises(JustSentError):
        send_invitation_again(invitation=made, actor=SYSTEM)

    assert Invitation.objects.get().sendings == 1


def test_letter_that_is_no_longer_wanted_stays(node):
    withdraw_invitation(invitation=invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM), actor=SYSTEM)

    send_mails()

    assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "comes_back"),
    [
        (SMTPRecipientsRefused({ROSA: (550, b"no such user")}), True),
        (SMTPRecipientsRefused({ROSA: (450, b"later")}), False),
        (SMTPServerDisconnected(), False),
    ],
)
def test_refused_address_is_told_and_a_server_that_is_away_is_asked_again(node, monkeypatch, error, comes_back):
    def refuse(_message, **_options):
        raise error

    monkeypatch.setattr(EmailMessage, "send", refuse)
    invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM)

    if comes_back:
        send_mails()
    else:
        with pytest.raises(UnavailableError):
            send_mails()

    assert (Invitation.objects.get().bounced_at is not None) == comes_back


def test_link_of_a_letter_opens_although_the_secret_key_changed_before_it_was_written(node, settings):
    rosa = build_user(email=ROSA)
    invite_member(node=node, email=ROSA, role=Role.VIEWER, actor=SYSTEM)
    settings.SECRET_KEY = "another key of the installation, long enough for everybody"
    send_mails()

    assert signed_in(rosa).post(link_in(mail.outbox[0])).status_code == 302
    assert Membership.objects.filter(user=rosa).exists()
