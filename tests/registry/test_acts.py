"""Every act on organisations, people and keys: of others, twice at once, and by who has lost the role meanwhile."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from registry import services
from registry.actors import SYSTEM, actor_for_user
from registry.errors import OperatorRequiredError
from registry.invitation_links import invitation_token
from registry.models import (
    IdentityProvider,
    Invitation,
    Issuer,
    IssuerProfile,
    Membership,
    Node,
    Organisation,
    Role,
    RoleProposal,
    SigningPolicy,
    User,
    Visibility,
)
from registry.services import (
    OrganisationOrder,
    ProfileOrder,
    ProviderOrder,
    SettingsOrder,
    Whereabouts,
    accept_invitation,
    add_member,
    change_organisation,
    change_term,
    close_organisation,
    create_issuer,
    create_organisation,
    decide_role_proposal,
    ensure_account,
    invite_member,
    offer_role,
    remove_member,
    reopen_organisation,
    revise_issuer_profile,
    send_invitation_again,
    state_identity_provider,
    state_whereabouts,
    stop_organisation,
    withdraw_invitation,
)
from registry.services.identities import propose_roles
from tests.at_once import Case, acts_in, ask_by_strangers, at_once, wrong_when_the_role_is_lost, wrong_when_twice
from tests.registry.acts_of_agreements import CASES as OF_AGREEMENTS
from tests.registry.acts_of_agreements import OF_THE_OPERATOR as PUBLISHING
from tests.registry.acts_of_faculties import OF_FACULTIES, at_place, new_root
from tests.registry.acts_of_leaving import OF_THE_REGISTRY
from tests.registry.acts_of_links import OF_LINKS
from tests.registry.acts_of_machines import OF_MACHINES
from tests.registry.builders import build_issuer, build_member, build_organisation, build_user

PLACE = Whereabouts(country="DE", numbers=(("SCHAC", "uni-beispiel.example"),))


def _adding() -> Case:
    node = new_root()
    act = partial(add_member, user=build_user(), node=node, role=Role.EDITOR)
    return at_place(node, lambda actor: act(actor=actor), entry="membership.given")


def _removing() -> Case:
    node = new_root()
    row = Membership.objects.get(user_id=build_member(node, Role.EDITOR).user_id)
    # A shell or a page has its own copy of the row.
    return at_place(
        node,
        lambda actor: remove_member(membership=Membership.objects.get(pk=row.pk), actor=actor),
        entry="membership.taken",
        second="not-found",
        row=row,
    )


def _changing_a_term() -> Case:
    node = new_root()
    row = Membership.objects.get(user_id=build_member(node, Role.EDITOR).user_id)
    end = timezone.now() + dt.timedelta(days=30)
    return at_place(
        node,
        lambda actor: change_term(membership=row, valid_until=end, actor=actor),
        entry="membership.given",
        row=row,
    )


def _inviting(act: Callable[..., object] = invite_member) -> Case:
    node = new_root()
    invite = partial(act, node=node, email="rosa@example.org", role=Role.EDITOR)
    return at_place(node, lambda actor: invite(actor=actor), entry="invitation.made", row=node)


def _invitation(node: Node) -> Invitation:
    made = invite_member(node=node, email="rosa@example.org", role=Role.EDITOR, actor=SYSTEM)
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now())
    return made


def _sending_again() -> Case:
    made = _invitation(new_root())
    return at_place(
        made.node,
        lambda actor: send_invitation_again(invitation=made, actor=actor),
        entry="invitation.sent_again",
        second="just-sent",
        row=made,
    )


def _withdrawing() -> Case:
    made = _invitation(new_root())
    return at_place(
        made.node,
        lambda actor: withdraw_invitation(invitation=made, actor=actor),
        entry="invitation.withdrawn",
        second="not-found",
        row=made,
    )


def _accepting() -> Case:
    user = build_user()
    made = invite_member(node=new_root(), email=user.email, role=Role.EDITOR, actor=SYSTEM)
    token = invitation_token(made.pk, 1)
    return Case(
        do=lambda actor: accept_invitation(token=token, actor=actor),
        actor=actor_for_user(user),
        entry="invitation.accepted",
    )


def _making_an_issuer() -> Case:
    node = new_root()
    act = partial(
        create_issuer, node=node, slug=f"office-{node.id.hex[:8]}", profile=ProfileOrder(name={"en": "Office"})
    )
    return at_place(node, lambda actor: act(actor=actor), entry="issuer.created", second="taken")


def _revising() -> Case:
    issuer = build_issuer()
    act = partial(revise_issuer_profile, issuer=issuer, profile=ProfileOrder(name={"en": "Another name"}))
    return at_place(issuer.node, lambda actor: act(actor=actor), entry="issuer.profile_revised", entries=2, row=issuer)


def _stating() -> Case:
    issuer = build_issuer()
    act = partial(state_whereabouts, organisation=issuer.organisation, whereabouts=Whereabouts(country="NL"))
    return at_place(
        issuer.node, lambda actor: act(actor=actor), entry="organisation.whereabouts_stated", row=issuer.organisation
    )


def _changing() -> Case:
    issuer = build_issuer()
    order = SettingsOrder(
        name={"en": "Other"},
        whereabouts=Whereabouts(country="NL"),
        timezone="UTC",
        default_visibility=Visibility.PUBLIC,
        signing_policy=SigningPolicy.AT_AWARD,
        mfa_required=False,
        undo_minutes=5,
        second_person_over=50,
        reminds=False,
    )
    act = partial(change_organisation, organisation=issuer.organisation, order=order)
    place = {"node": issuer.node, "role": Role.OWNER, "row": issuer.organisation}
    return Case(do=lambda actor: act(actor=actor), entry="organisation.changed", **place)  # type: ignore[arg-type]


def _moving(act: Callable[..., object], entry: str, *, stopped: bool = False, **fields: object) -> Case:
    organisation = build_organisation()
    if stopped:
        stop_organisation(organisation=organisation, actor=SYSTEM)
    return Case(
        do=lambda actor: act(organisation=organisation, actor=actor),
        actor=SYSTEM,
        entry=entry,
        row=organisation,
        **fields,  # type: ignore[arg-type]
    )


def _deciding() -> Case:
    node = new_root()
    user, provider = build_user(), IdentityProvider(slug="uni", role_rules=[])
    rule = {"attribute": "eppn", "value": "x", "organisation": node.organisation.slug, "role": "editor"}
    provider.role_rules = [rule]
    propose_roles(user=user, provider=provider, attributes={"eppn": ["x"]})
    row = RoleProposal.objects.get(user=user)
    act = partial(decide_role_proposal, proposal_id=row.pk, confirm=True)
    return at_place(node, lambda actor: act(actor=actor), entry="role_proposal.confirmed", row=row)


def _stating_a_provider() -> Case:
    order = ProviderOrder(
        slug="uni", kind="openid_connect", name="Uni", address="https://idp.example", client_id="x", secret="y"
    )
    return Case(
        do=lambda actor: state_identity_provider(order=order, actor=actor),
        actor=SYSTEM,
        entry="identity_provider.entered",
        second="provider-refused",
    )


CASES: dict[str, Callable[[], Case]] = {
    **OF_THE_REGISTRY,
    **OF_AGREEMENTS,
    **OF_MACHINES,
    **OF_FACULTIES,
    "add_member": _adding,
    "decide_role_proposal": _deciding,
    "remove_member": _removing,
    "change_term": _changing_a_term,
    "invite_member": _inviting,
    "offer_role": partial(_inviting, offer_role),
    "send_invitation_again": _sending_again,
    "withdraw_invitation": _withdrawing,
    "create_issuer": _making_an_issuer,
    "revise_issuer_profile": _revising,
    "state_whereabouts": _stating,
    "change_organisation": _changing,
}
OF_WHOEVER_IS_NAMED: dict[str, Callable[[], Case]] = {"accept_invitation": _accepting}
OF_THE_OPERATOR: dict[str, Callable[[], Case]] = {
    **PUBLISHING,
    **OF_LINKS,
    "state_identity_provider": _stating_a_provider,
    "ensure_account": lambda: Case(
        do=lambda actor: ensure_account(email="new@example.org", actor=actor), actor=SYSTEM, entry="account.created"
    ),
    "create_organisation": lambda: Case(
        do=lambda actor: create_organisation(
            order=OrganisationOrder(slug="new", name={"en": "New"}), owner=None, actor=actor
        ),
        actor=SYSTEM,
        entry="organisation.created",
        second="taken",
    ),
    "stop_organisation": lambda: _moving(stop_organisation, "organisation.stopped"),
    "reopen_organisation": lambda: _moving(reopen_organisation, "organisation.reopened", stopped=True),
    "close_organisation": lambda: _moving(close_organisation, "organisation.closed", second="organisation-closed"),
}
NO_CASE = {
    "choose_pace": "of one's own account (test_staff_news.py)",
    "close_alarms": "the operator's (test_alarms.py)",
    "note_looks": "the operator's (tests/console/test_setup.py)",
    "register_host": "the operator's (test_hosts.py)",
    "retry_messages": "the operator's (test_outbox.py)",
    "trust_issuer": "the operator's (test_trust_lists.py)",
}
"""Acts that nobody asks for at a place of an organisation, and why."""


def test_every_act_has_a_case():
    assert {*CASES, *OF_THE_OPERATOR, *OF_WHOEVER_IS_NAMED, *NO_CASE} == acts_in(services)
    assert not NO_CASE.keys() & (CASES | OF_THE_OPERATOR).keys()


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_act_on_another_organisations_is_refused_and_changes_nothing(name):
    ask_by_strangers(CASES[name]())


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OF_THE_OPERATOR.keys() - {"ensure_account"}))  # members add accounts too
def test_act_of_the_operator_is_refused_to_everybody_else(name):
    case, owner = OF_THE_OPERATOR[name](), build_member(new_root(), Role.OWNER)
    closed = build_user(is_superuser=True, is_active=False)

    for actor in (owner, actor_for_user(build_user(is_staff=True)), actor_for_user(closed)):
        with pytest.raises(OperatorRequiredError):
            case.do(actor)
    case.do(actor_for_user(build_user(is_superuser=True)))


@pytest.mark.django_db(transaction=True)
def test_act_done_twice_at_once_is_done_once_and_the_other_one_is_told():
    wrong = list(wrong_when_twice(CASES | OF_THE_OPERATOR | OF_WHOEVER_IS_NAMED))

    assert not wrong, "\n".join(wrong)
    assert User.objects.filter(email="new@example.org").count() == Organisation.objects.filter(slug="new").count() == 1
    versions = IssuerProfile.objects.filter(issuer=Issuer.objects.filter(profiles__name__en="Another name").first())
    assert sorted(versions.values_list("version", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_whoever_loses_the_role_while_the_act_waits_is_refused():
    wrong = list(wrong_when_the_role_is_lost(CASES))

    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db(transaction=True)
def test_owners_who_remove_each_other_leave_the_one_who_was_faster():
    node = new_root()
    ada, bob = build_member(node, Role.OWNER), build_member(node, Role.OWNER)
    rows = {one.user_id: one for one in Membership.objects.filter(node=node, role=Role.OWNER)}

    code = at_once(
        lambda: remove_member(membership=rows[bob.user_id], actor=ada),
        lambda: remove_member(membership=rows[ada.user_id], actor=bob),
    )

    assert code == "role-required"
    assert Membership.objects.filter(user_id=ada.user_id).exists()


@pytest.mark.django_db(transaction=True)
def test_number_that_two_organisations_state_at_once_is_the_first_ones():
    first, second = build_organisation(), build_organisation()

    code = at_once(
        lambda: state_whereabouts(organisation=first, whereabouts=PLACE, actor=SYSTEM),
        lambda: state_whereabouts(organisation=second, whereabouts=PLACE, actor=SYSTEM),
    )

    assert code == "number-taken"
    assert (first.identifiers.count(), second.identifiers.count()) == (1, 0)
