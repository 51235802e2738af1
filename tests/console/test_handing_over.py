"""Who leaves hands over: files, keys and invitations are a colleague's in one step; without that they stop and say so."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from issuing.models import Award, AwardState, Batch, BulkChange
from issuing.services import (
    BatchOptions,
    BatchOrder,
    ChangeOrder,
    advance_due,
    draft_change,
    hand_over,
    make_batch,
    run_batch,
    running,
)
from registry.actors import SYSTEM, actor_for_user
from registry.errors import LastOwnerError, OrderRefusedError
from registry.models import (
    ApiKey,
    AuditEntry,
    Invitation,
    Membership,
    NewsKind,
    OutboxMessage,
    Role,
    SavedView,
    StaffNews,
    User,
)
from registry.outbox import Topic
from registry.permissions import Scope
from registry.selectors import live_api_key, live_oauth_client, maker_left
from registry.services import (
    HandOverOrder,
    create_api_key,
    create_oauth_client,
    invite_member,
    keep_view,
    remove_member,
    secret_hash,
)
from registry.telling_staff import note_what_ends, said
from tests.console.houses import build_house, problems
from tests.issuing.acts import CSV
from tests.registry.builders import build_member, build_user

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=3)


def _leaver(house, role=Role.ADMIN):
    return User.objects.get(pk=build_member(house.achievement.issuer.node, role).user_id)


def _scheduled(house, user) -> Batch:
    """Return a file of somebody's whose awards wait for a day that has come since."""
    options = BatchOptions(send_at=timezone.now() + LATER)
    order = BatchOrder(achievement=house.achievement, content=CSV, kind="csv", options=options)
    batch = make_batch(order=order, actor=actor_for_user(user))
    run_batch(batch_id=batch.pk)
    return Batch.objects.get(pk=batch.pk)


def _day_has_come(batch) -> list:
    over = timezone.now() - dt.timedelta(minutes=1)
    Batch.objects.filter(pk=batch.pk).update(options=batch.options | {"send_at": over.isoformat()})
    Award.objects.filter(batch=batch).update(not_before=over)
    ids = list(Award.objects.filter(batch=batch).values_list("pk", flat=True))
    advance_due(award_ids=ids)
    return ids


def _leave(user):
    for one in Membership.objects.filter(user=user):
        remove_member(membership=one, actor=SYSTEM)


def _states(batch) -> set:
    return set(Award.objects.filter(batch=batch).values_list("state", flat=True))


def test_all_that_somebody_leaves_is_a_colleagues_in_one_step():
    house = build_house(Role.OWNER)
    root, leaver = house.achievement.issuer.node, _leaver(house)
    taker = User.objects.get(pk=build_member(root, Role.VIEWER).user_id)
    actor = actor_for_user(leaver)
    waiting = _scheduled(house, leaver)
    draft = make_batch(
        order=BatchOrder(achievement=house.achievement, content=CSV + b"\n", kind="csv", confirm=False), actor=actor
    )
    change = draft_change(
        order=ChangeOrder(organisation=root.organisation, kind="revoke", named=["x"], reason="Looked into."),
        actor=actor,
    )
    _key, secret = create_api_key(node=root, name="System", scopes=[Scope.AWARDS_READ], actor=actor)
    client, _secret = create_oauth_client(node=root, name="Platform", scopes=[Scope.AWARDS_READ], actor=actor)
    invited = invite_member(node=root, email="rosa@example.org", role=Role.EDITOR, actor=actor)
    for one in (leaver, taker):
        keep_view(organisation=root.organisation, name="Mine", query="show=waiting", user=one)
    address = f"{house.home}roles/hand-over/{leaver.pk}/"

    shown = house.read(address)
    role = Membership.objects.get(user=leaver)
    without = house.client.post(address, {"to": str(taker.pk)})
    stays = Membership.objects.filter(user=leaver).exists()
    done = house.client.post(address, {"to": str(taker.pk), "roles": [str(role.pk)]})
    again = house.client.post(address, {"to": str(taker.pk)})

    assert "Files that wait for their day" in shown
    assert (without.status_code, stays) == (422, True)
    assert "administrator or owner too" in without.content.decode()
    assert done.status_code == 302, problems(done.content.decode())
    assert again.status_code == 404, "nothing is left of them here"
    assert not Membership.objects.filter(user=leaver).exists()
    assert [one.user for one in SavedView.objects.all()] == [taker], "filters are kept for oneself, and end"
    assert set(Membership.objects.filter(user=taker).values_list("role", flat=True)) == {"admin", "viewer"}
    assert {one.made_by for one in Batch.objects.filter(pk__in=[waiting.pk, draft.pk])} == {str(taker.pk)}
    assert BulkChange.objects.get(pk=change.pk).made_by == str(taker.pk)
    assert live_api_key(secret_hash(secret)).created_by == taker
    assert live_oauth_client(client.client_id).created_by == taker
    assert Invitation.objects.get(pk=invited.pk).invited_by == str(taker.pk)
    entry = AuditEntry.objects.get(act="member.handed_over")
    assert (entry.detail["api_keys"], entry.detail["invitations"], entry.detail["roles"]) == (1, 1, 1)
    _day_has_come(Batch.objects.get(pk=waiting.pk))
    assert _states(waiting) == {AwardState.ACCEPTED}


def test_scheduled_file_of_somebody_who_left_stops_says_so_and_goes_on_once_it_is_taken_over():
    house = build_house(Role.OWNER)
    leaver = _leaver(house, Role.AWARDER)
    batch = _scheduled(house, leaver)
    _leave(leaver)

    ids = _day_has_come(batch)
    advance_due(award_ids=ids)

    batch.refresh_from_db()
    assert (batch.state, batch.ended_code, _states(batch)) == ("done", "maker-left", {AwardState.SCHEDULED})
    assert StaffNews.objects.filter(kind=NewsKind.BATCH_STOPPED).count() == 1
    shown = house.read(f"{house.home}batches/{batch.pk}/")
    assert "who sent it holds no role any more" in shown
    assert f"hand-over/{leaver.pk}/" in shown
    assert "One file was stopped" in house.read(f"{house.home}overview/")
    done = house.client.post(f"{house.home}roles/hand-over/{leaver.pk}/", {"to": str(house.user.pk)})
    assert done.status_code == 302
    asked = OutboxMessage.objects.filter(topic=Topic.AWARDS_DUE, done_at=None, not_before__lte=timezone.now())
    assert {one for row in asked for one in row.payload["award_ids"]} >= {str(one) for one in ids}
    advance_due(award_ids=ids)
    batch.refresh_from_db()
    assert (batch.ended_code, _states(batch)) == ("", {AwardState.ACCEPTED})


def test_stopped_file_can_be_sent_or_undone_by_whoever_may_award():
    house = build_house(Role.AWARDER)
    leaver = _leaver(house, Role.AWARDER)
    batch = _scheduled(house, leaver)
    _leave(leaver)
    _day_has_come(batch)

    house.client.post(f"{house.home}batches/{batch.pk}/send")

    batch.refresh_from_db()
    assert batch.ended_code == ""


def test_role_that_is_given_again_lets_a_stopped_file_go_on():
    house = build_house(Role.OWNER)
    leaver = _leaver(house, Role.AWARDER)
    batch = _scheduled(house, leaver)
    held = Membership.objects.filter(user=leaver)
    held.update(valid_until=timezone.now() - dt.timedelta(hours=1))
    ids = _day_has_come(batch)
    stopped = _states(batch)
    held.update(valid_until=None)

    advance_due(award_ids=ids)

    batch.refresh_from_db()
    assert (stopped, _states(batch), batch.ended_code) == ({AwardState.SCHEDULED}, {AwardState.ACCEPTED}, "")


def test_key_whose_maker_left_stops_and_its_page_and_the_api_say_so(client):
    house = build_house(Role.OWNER)
    root, leaver = house.achievement.issuer.node, _leaver(house)
    key, secret = create_api_key(node=root, name="System", scopes=[Scope.AWARDS_READ], actor=actor_for_user(leaver))
    _leave(leaver)

    answer = client.get("/api/v1/awards", headers={"Authorization": f"Bearer {secret}"})
    note_what_ends()
    note_what_ends()

    assert live_api_key(secret_hash(secret)) is None
    assert maker_left(secret_sha256=secret_hash(secret))
    assert (answer.status_code, answer.json()["code"]) == (401, "maker-left")
    assert "stopped: maker left" in house.read(f"{house.home}machines/")
    assert "maker-left" in house.read(f"{house.home}machines/keys/{key.pk}/")
    (news,) = StaffNews.objects.filter(kind=NewsKind.KEY_STOPPED)
    assert "who made it has left" in said(news.kind, 1)
    house.client.post(f"{house.home}roles/hand-over/{leaver.pk}/", {"to": str(house.user.pk)})
    assert client.get("/api/v1/awards", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_keys_of_the_shell_and_of_operators_have_nobody_who_leaves():
    root = build_house().achievement.issuer.node
    _key, secret = create_api_key(node=root, name="Shell", scopes=[Scope.AWARDS_READ], actor=SYSTEM)
    key, other = create_api_key(node=root, name="Operator", scopes=[Scope.AWARDS_READ], actor=SYSTEM)
    ApiKey.objects.filter(pk=key.pk).update(created_by=build_user(is_superuser=True))

    assert live_api_key(secret_hash(secret))
    assert live_api_key(secret_hash(other))


def test_end_of_the_last_role_offers_to_hand_over():
    house = build_house(Role.OWNER)
    leaver = _leaver(house)
    create_api_key(
        node=house.achievement.issuer.node, name="K", scopes=[Scope.AWARDS_READ], actor=actor_for_user(leaver)
    )
    role = Membership.objects.get(user=leaver)

    page = house.read(f"{house.home}roles/{role.pk}/")
    ended = house.client.post(f"{house.home}roles/{role.pk}/end")

    assert "Hand over instead" in page
    assert ended.url.endswith(f"/roles/hand-over/{leaver.pk}/")
    assert "Keys and clients of machines" in house.read(ended.url)


def test_last_owner_hands_over_with_the_role_or_not_at_all():
    house = build_house(Role.ADMIN)
    owner = Membership.objects.get(user=_leaver(house, Role.OWNER))
    house.client.force_login(owner.user, backend="django.contrib.auth.backends.ModelBackend")
    address = f"{house.home}roles/hand-over/{owner.user_id}/"

    refused = house.client.post(address, {"to": str(house.user.pk)})
    done = house.client.post(address, {"to": str(house.user.pk), "roles": [str(owner.pk)]})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert str(LastOwnerError()) in refused.content.decode()
    assert Membership.objects.filter(user=house.user, role=Role.OWNER).exists()


def test_only_who_administers_the_whole_organisation_hands_over_and_only_owners_an_owner():
    house = build_house(Role.EDITOR)
    leaver = _leaver(house)
    owner = Membership.objects.get(user=_leaver(house, Role.OWNER))
    admin = build_house(Role.ADMIN, achievement=house.achievement)

    assert house.client.get(f"{house.home}roles/hand-over/{leaver.pk}/").status_code == 403
    sent = admin.client.post(f"{house.home}roles/hand-over/{owner.user_id}/", {"to": str(leaver.pk)})
    assert sent.status_code == 403
    stranger = build_house(Role.OWNER)
    assert stranger.client.get(f"{stranger.home}roles/hand-over/{leaver.pk}/").status_code == 404
    assert mail.outbox == []


def test_nobody_takes_over_from_outside_or_what_they_may_not_award():
    house = build_house(Role.OWNER)
    leaver, viewer = _leaver(house, Role.AWARDER), _leaver(house, Role.VIEWER)
    batch = _scheduled(house, leaver)
    places = {"organisation": house.achievement.organisation, "leaver": leaver}

    for to, code in ((build_user(), "no-colleague"), (leaver, "no-colleague"), (viewer, "may-not-award")):
        with pytest.raises(OrderRefusedError) as refused:
            hand_over(order=HandOverOrder(to=to, **places), actor=SYSTEM)
        assert [one.code for one in refused.value.refusals] == [code]
    batch.refresh_from_db()
    assert batch.made_by == str(leaver.pk)
    assert Membership.objects.filter(user=leaver).exists()


def test_file_that_is_handed_over_while_it_is_checked_goes_on_in_the_colleagues_name(monkeypatch):
    house = build_house(Role.OWNER)
    leaver, taker = _leaver(house, Role.AWARDER), _leaver(house, Role.AWARDER)
    order = BatchOrder(achievement=house.achievement, content=CSV, kind="csv", options=BatchOptions(send_at=None))
    batch = make_batch(order=order, actor=actor_for_user(leaver))
    given = HandOverOrder(organisation=house.achievement.organisation, leaver=leaver, to=taker)
    checked = running.check_rows

    def meanwhile(*args):
        hand_over(order=given, actor=SYSTEM)
        monkeypatch.setattr(running, "check_rows", checked)
        return checked(*args)

    monkeypatch.setattr(running, "check_rows", meanwhile)
    run_batch(batch_id=batch.pk)
    between = Batch.objects.get(pk=batch.pk).state
    run_batch(batch_id=batch.pk)

    batch.refresh_from_db()
    assert between != "cancelled"
    assert batch.state == "done"
    assert set(Award.objects.filter(batch=batch).values_list("accepted_by", flat=True)) == {str(taker.pk)}
