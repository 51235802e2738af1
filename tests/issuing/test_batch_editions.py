"""A corrected file follows the one before it: what is new, what has changed, and what is the same."""

import datetime as dt

import pytest
from django.utils import timezone

from catalogue.models import DuplicatePolicy
from issuing.errors import BatchStateError, FactsRefusedError, FollowsAnotherError, RepeatNotAllowedError
from issuing.fsck import check_everything
from issuing.models import Award, Batch, Credential
from issuing.services import (
    BatchOptions,
    BatchRow,
    cancel_batch,
    confirm_batch,
    dump_rows,
    make_batch,
    reported_groups,
    reported_rows,
    revoke_credential,
    run_batch,
)
from issuing.services.drafts import BatchOrder
from registry.actors import SYSTEM, actor_for_machine
from registry.errors import RoleRequiredError, ScopeRequiredError
from registry.models import Membership, Role
from registry.permissions import Scope
from registry.services import create_api_key
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here
from tests.issuing.test_batch_jobs import csv_of, fresh, make, work
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
REPLACE, SKIP = BatchOptions(duplicates="replace"), BatchOptions(duplicates="skip")
HEAD = "email,name,participation\n"


def file_of(*rows: str) -> bytes:
    return (HEAD + "".join(f"{row}\n" for row in rows)).encode()


FIRST = file_of("a@example.org,Ada,online", "b@example.org,Bo,online", "c@example.org,Cy,online")
SECOND = file_of("a@example.org,Ada,online", "b@example.org,Bo,on site", "d@example.org,Di,online")


def groups(batch: Batch) -> set[tuple[str, str, str, int, int | None]]:
    told = reported_groups(fresh(batch))
    assert all(one["remedy"] for one in told)
    return {(one["state"], one["column"], one["code"], one["count"], one.get("edition")) for one in told}


def two_editions(achievement, **options) -> Batch:
    first = make(achievement, FIRST)
    work()
    return make(achievement, SECOND, follows=first, **options)


def test_a_corrected_file_is_the_next_edition_of_the_one_it_follows():
    achievement = build_achievement()
    first = make(achievement, csv_of(2))
    second = make(achievement, csv_of(3), follows=first)
    again = make(achievement, csv_of(3), follows=first)
    work()

    assert (fresh(first).edition, fresh(first).follows) == (1, None)
    assert (fresh(second).edition, fresh(second).follows) == (2, first)
    assert again.pk == second.pk


def test_a_file_follows_none_of_another_achievement():
    first = make(build_achievement(), csv_of(2))
    with pytest.raises(FollowsAnotherError):
        make(build_achievement(), csv_of(3), follows=first)


def test_the_report_tells_what_is_new_what_has_changed_what_is_the_same_and_who_is_gone():
    draft = two_editions(build_achievement(), confirm=False)
    work()

    assert fresh(draft).counts == {"good": 1, "already-awarded": 2}
    assert groups(draft) == {
        ("already-awarded", "", "already-awarded", 2, 1),
        ("already-awarded", "participation", "changed", 1, None),
        ("left-out", "", "not-in-this-file", 1, 1),
    }
    first, _same = reported_rows(fresh(draft), "already-awarded")
    assert (first["row"], first["changed"], first["batch"]) == (3, ["participation"], str(fresh(draft).follows_id))
    confirm_batch(batch=draft, actor=SYSTEM)
    work()
    assert (fresh(draft).counts, Award.objects.count()) == ({"accepted": 1, "already-awarded": 2}, 4)


def test_what_has_changed_is_replaced_on_its_own_day_and_nothing_else_is_touched():
    achievement = build_achievement()
    day = FIRST.replace(b"n\n", b"n,awarded_on\n", 1).replace(b"online", b"online,2026-05-01")
    first = make(achievement, day)
    work()
    facts = {award.pk: award.facts for award in Award.objects.all()}
    with signing_here():
        drain_all()
    second = make(achievement, SECOND, follows=first, options=REPLACE)
    work()

    assert fresh(second).counts == {"accepted": 2, "already-awarded": 1}
    assert ("accepted", "participation", "replaced", 1, None) in groups(second)
    (new,) = Award.objects.filter(batch=second, replaces__isnull=False)
    assert (new.row_number, new.replaces.batch, new.awarded_on) == (3, first, dt.date(2026, 5, 1))
    with signing_here():
        drain_all()
    assert Credential.objects.filter(successor__isnull=False).count() == 1
    again = make(achievement, SECOND + b"\n", follows=second, options=REPLACE)
    work()
    assert fresh(again).counts == {"already-awarded": 3}
    assert {award.pk: award.facts for award in Award.objects.filter(batch=first)} == facts
    assert list(check_everything()) == []


def test_a_correction_that_waits_is_not_made_again_by_a_third_edition():
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    second = two_editions(achievement)
    work()
    third = make(achievement, SECOND + b"\n", follows=second)
    work()

    assert fresh(third).counts == {"already-awarded": 3}
    assert Award.objects.count() == 5


def test_a_file_that_renews_without_following_counts_another_day_as_a_change():
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    make(achievement, FIRST.replace(b"n\n", b"n,awarded_on\n", 1).replace(b"online", b"online,2026-05-01"))
    work()
    renewal = make(achievement, FIRST + b"\n")
    work()

    assert fresh(renewal).counts == {"accepted": 3}
    assert ("accepted", "awarded_on", "replaced", 3, None) in groups(renewal)


def test_who_holds_the_award_is_passed_over_refused_or_awarded_again_as_asked():
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    make(achievement, FIRST)
    work()
    skipped = make(achievement, SECOND, options=SKIP)
    work()
    refused = make(achievement, SECOND + b"\n", options=BatchOptions(duplicates="refuse", on_error="skip"))
    work()

    assert fresh(skipped).counts == {"accepted": 1, "already-awarded": 2}
    assert fresh(refused).counts == {"refused": 3}
    assert groups(refused) == {("refused", "", "already-awarded", 3, None)}
    assert Award.objects.filter(replaces__isnull=False).count() == 0


def test_again_is_for_achievements_that_allow_it_and_never_for_a_correction():
    again = BatchOptions(duplicates="allow")
    with pytest.raises(RepeatNotAllowedError):
        make(build_achievement(), FIRST, options=again)
    achievement = build_achievement(duplicates=DuplicatePolicy.ALLOW)
    first = make(achievement, FIRST)
    work()
    with pytest.raises(RepeatNotAllowedError):
        make(achievement, SECOND, follows=first, options=again)
    make(achievement, SECOND, options=again)
    work()

    assert Award.objects.count() == 6


def repeating(achievement, end: str = "", **more) -> BatchOrder:
    rows = [BatchRow(row, build_order(achievement, number=row, repeat=True)) for row in range(1, 4)]
    return BatchOrder(achievement=achievement, content=dump_rows(rows) + end.encode(), kind="orders", **more)


def test_no_row_is_awarded_twice_by_loading_its_file_twice_even_where_repeating_is_allowed():
    """Neither by a corrected file, nor by the same one after its batch was cancelled half-way."""
    achievement = build_achievement(duplicates=DuplicatePolicy.ALLOW)
    first = make_batch(order=repeating(achievement), actor=SYSTEM)
    work()
    assert Award.objects.count() == 3
    second = make_batch(order=repeating(achievement, " ", follows=first), actor=SYSTEM)
    work()
    assert (fresh(second).counts, Award.objects.count()) == ({"already-awarded": 3}, 3)

    Batch.objects.filter(pk=first.pk).update(state="cancelled")
    third = make_batch(order=repeating(achievement), actor=SYSTEM)
    work()
    assert (third.pk == first.pk, fresh(third).counts, Award.objects.count()) == (False, {"already-awarded": 3}, 3)


def test_what_a_cancelled_batch_awarded_and_was_revoked_since_is_awarded_anew():
    achievement = build_achievement()
    first = make(achievement, FIRST)
    work()
    with signing_here():
        drain_all()
    Batch.objects.filter(pk=first.pk).update(state="cancelled")
    revoke_credential(credential_id=Award.objects.first().pk, reason="Error", actor=SYSTEM)
    second = make(achievement, FIRST)
    work()

    assert fresh(second).counts == {"accepted": 1, "already-awarded": 2}


def test_day_and_end_of_a_file_hold_for_rows_that_name_none():
    day, end = timezone.now().date() + dt.timedelta(days=3), timezone.now().date() + dt.timedelta(days=300)
    text = f"email,name,send_at,valid_until\na@example.org,A,{day + dt.timedelta(days=1)},\nb@example.org,B,,{end}\n"
    options = BatchOptions(send_at=day, valid_until=end + dt.timedelta(days=9))
    batch = make(build_achievement(), text.encode(), options=options)
    assert BatchOptions.of(fresh(batch)) == options
    work()

    first, second = Award.objects.order_by("row_number")
    assert [award.not_before.date() - day for award in (first, second)] == [dt.timedelta(days=1), dt.timedelta()]
    assert [award.valid_until.date() - end for award in (first, second)] == [dt.timedelta(days=9), dt.timedelta()]
    assert {award.state for award in (first, second)} == {"scheduled"}


def test_a_day_that_is_over_is_told_when_it_is_asked_for_and_when_it_is_confirmed():
    achievement = build_achievement()
    with pytest.raises(FactsRefusedError) as refused:
        make(achievement, FIRST, options=BatchOptions(send_at=dt.date(2020, 1, 1)))
    assert (refused.value.code, refused.value.facts["column"]) == ("send-at-past", "send_at")

    draft = make(achievement, FIRST, confirm=False)
    work()
    Batch.objects.filter(pk=draft.pk).update(options={"send_at": "2020-01-01"})
    with pytest.raises(FactsRefusedError):
        confirm_batch(batch=draft, actor=SYSTEM)
    confirm_batch(batch=draft, actor=SYSTEM, send_at=timezone.now().date() + dt.timedelta(days=2))
    work()
    assert {award.state for award in Award.objects.all()} == {"scheduled"}


def test_a_day_that_passes_while_the_worker_is_at_it_is_at_once():
    batch = make(build_achievement(), FIRST, options=BatchOptions(send_at=timezone.now().date()))
    earlier = timezone.now() - dt.timedelta(days=2)
    Batch.objects.filter(pk=batch.pk).update(confirmed_at=earlier, options={"send_at": earlier.date().isoformat()})
    work()

    assert fresh(batch).counts == {"accepted": 3}
    assert {award.state for award in Award.objects.all()} == {"accepted"}


def test_a_file_that_is_worked_on_is_not_asked_for_otherwise():
    achievement = build_achievement()
    make(achievement, FIRST)
    make(achievement, FIRST)
    for more in ({"options": SKIP}, {"mapping": {"name": "name"}}, {"follows": make(achievement, SECOND)}):
        with pytest.raises(BatchStateError):
            make(achievement, FIRST, **more)


def test_whoever_corrects_awards_by_a_file_may_also_revoke_them():
    achievement = build_achievement()
    node, owner = achievement.issuer.node, build_member(achievement.issuer.node, Role.OWNER)
    key, _secret = create_api_key(node=node, name="awards", scopes=[Scope.AWARDS_WRITE], actor=owner)
    machine = actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes))
    make(achievement, FIRST, actor=machine)
    with pytest.raises(ScopeRequiredError):
        make(achievement, SECOND, actor=machine, options=REPLACE)
    make(achievement, SECOND, actor=awarder_at(achievement), options=REPLACE)


def test_a_draft_of_who_lost_the_role_is_not_even_read():
    achievement = build_achievement()
    draft = make(achievement, FIRST, actor=awarder_at(achievement), confirm=False)
    Membership.objects.all().delete()
    work()

    over = fresh(draft)
    assert (over.state, over.ended_code, over.counts, over.options.get("read_as")) == (
        "cancelled",
        "role-required",
        {},
        None,
    )


def test_who_lost_the_role_between_draft_and_confirmation_confirms_nothing():
    achievement = build_achievement()
    awarder = awarder_at(achievement)
    draft = make(achievement, FIRST, actor=awarder, confirm=False)
    work()
    Membership.objects.all().delete()
    for act in (confirm_batch, cancel_batch):
        with pytest.raises(RoleRequiredError):
            act(batch=draft, actor=awarder)
    assert fresh(draft).state == "ready"


def test_a_file_that_is_confirmed_twice_is_awarded_once():
    draft = make(build_achievement(), FIRST, confirm=False)
    work()
    confirm_batch(batch=draft, actor=SYSTEM)
    confirm_batch(batch=draft, actor=SYSTEM)

    def twice(step, _rows):
        if step == "accepted":
            confirm_batch(batch=draft, actor=SYSTEM)

    run_batch(batch_id=draft.pk, progress=twice)
    work()
    assert (fresh(draft).state, Award.objects.count()) == ("done", 3)
