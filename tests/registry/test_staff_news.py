"""News for staff by mail: who hears what, at once or once a day, and nothing of people in it."""

import datetime as dt
import json
from copy import copy

import pytest
from django.core import mail
from django.utils import timezone

from registry import telling_staff
from registry.actors import SYSTEM, actor_for_user
from registry.models import (
    ApiKey,
    MailPace,
    Membership,
    NewsKind,
    OAuthClient,
    OutboxMessage,
    Role,
    StaffMail,
    StaffNews,
    User,
)
from registry.outbox import Topic
from registry.services import choose_pace, create_faculty
from registry.telling_staff import ask_for_staff_mails, note_news, note_what_ends, said, send_staff_mail
from tests.registry.builders import build_member, build_organisation, build_user, root_of

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
LATER = 2 * MINUTE


def house():
    organisation = build_organisation()
    Membership.objects.filter(node__organisation=organisation).delete()
    return organisation, root_of(organisation)


def mails_at(moment: dt.datetime) -> list[str]:
    """Look at the news, and let the worker write; return the texts that left."""
    mail.outbox.clear()
    ask_for_staff_mails(moment)
    for row in OutboxMessage.objects.filter(topic=Topic.STAFF_NEWS, done_at=None):
        send_staff_mail(**row.payload)
        row.done_at = moment
        row.save()
    return [f"{one.to[0]}\n{one.subject}\n{one.body}" for one in mail.outbox]


def test_approvers_hear_what_waits_and_who_made_it_does_not():
    organisation, root = house()
    approver, maker = build_member(root, Role.APPROVER), build_member(root, Role.OWNER)
    build_member(root, Role.VIEWER)
    build_member(house()[1], Role.APPROVER)
    note_news(NewsKind.APPROVAL_ASKED, root, count=2, maker=maker)
    note_news(NewsKind.APPROVAL_ASKED, root, maker=maker)

    assert mails_at(timezone.now()) == []  # not settled yet
    (told,) = mails_at(timezone.now() + LATER)

    assert told.startswith(User.objects.get(pk=approver.user_id).email)
    assert "3 awards wait for your approval" in told
    assert f"/console/{organisation.slug}/approvals/" in told
    assert mails_at(timezone.now() + 2 * LATER) == []


def test_news_of_a_faculty_is_not_told_beside_it():
    _organisation, root = house()
    faculties = [create_faculty(parent=root, name={"en": name}, actor=SYSTEM) for name in ("Arts", "Law")]
    members = [build_member(one, Role.AWARDER) for one in faculties]
    note_news(NewsKind.BOUNCED, faculties[0])

    (told,) = mails_at(timezone.now() + LATER)

    assert told.startswith(User.objects.get(pk=members[0].user_id).email)
    assert "One letter came back" in told


def test_at_once_is_a_quarter_of_an_hour_apart_and_daily_a_day():
    _organisation, root = house()
    daily, quick, never = (build_member(root, Role.AWARDER) for _ in range(3))
    choose_pace(pace=MailPace.AT_ONCE, actor=quick)
    choose_pace(pace=MailPace.NEVER, actor=never)
    now = timezone.now()
    told = []
    for minutes in (2, 10, 20, 24 * 60):
        note_news(NewsKind.BOUNCED, root)
        StaffNews.objects.update(at=now)
        told.append({text.partition("\n")[0] for text in mails_at(now + minutes * MINUTE)})

    emails = [User.objects.get(pk=one.user_id).email for one in (daily, quick)]
    assert told == [set(emails), set(), {emails[1]}, set(emails)]


def test_who_lost_the_role_meanwhile_is_told_nothing():
    _organisation, root = house()
    build_member(root, Role.APPROVER)
    note_news(NewsKind.APPROVAL_ASKED, root)
    ask_for_staff_mails(timezone.now() + LATER)
    Membership.objects.all().delete()

    assert send_staff_mail(**OutboxMessage.objects.get(topic=Topic.STAFF_NEWS).payload) == 0
    assert mail.outbox == []


def test_mail_names_no_reader_of_others_and_is_in_the_readers_language():
    _organisation, root = house()
    reader, other = build_member(root, Role.AWARDER), build_member(root, Role.AWARDER)
    User.objects.filter(pk=reader.user_id).update(language="de")
    note_news(NewsKind.BATCH_DONE, root, about="one", reader=reader.id)
    note_news(NewsKind.BATCH_DONE, root, about="one", reader=reader.id)

    (told,) = mails_at(timezone.now() + LATER)

    assert "Datei" in told
    assert User.objects.get(pk=other.user_id).email not in told
    assert StaffNews.objects.count() == 1
    payload = OutboxMessage.objects.get(topic=Topic.STAFF_NEWS).payload
    assert set(payload) == {"user_id", "after", "up_to"}
    assert "@" not in json.dumps(payload)


def test_flood_in_one_organisation_hides_no_news_of_another_and_is_counted_whole():
    (quiet, root), (loud, other) = house(), house()
    readers = [build_member(one, Role.AWARDER) for one in (root, other)]
    note_news(NewsKind.BOUNCED, root)
    flood = [StaffNews(organisation=loud, node=other, kind=NewsKind.BOUNCED, at=timezone.now())] * 5_001
    StaffNews.objects.bulk_create([copy(one) for one in flood])

    told = {text.partition("\n")[0]: text for text in mails_at(timezone.now() + LATER)}

    of_quiet, of_loud = (told[User.objects.get(pk=one.user_id).email] for one in readers)
    assert "One letter came back" in of_quiet
    assert quiet.slug in of_quiet
    assert loud.slug not in of_quiet
    assert "5001 letters came back" in of_loud


def test_more_people_than_one_turn_takes_are_told_in_the_next(monkeypatch):
    _organisation, root = house()
    for _person in range(3):
        build_member(root, Role.AWARDER)
    monkeypatch.setattr(telling_staff, "MOST_PEOPLE", 2)
    note_news(NewsKind.BOUNCED, root)
    moment = timezone.now() + LATER

    assert [len(mails_at(moment)) for _turn in range(3)] == [2, 1, 0]


def test_one_turn_looks_at_those_alone_who_work_where_something_happened(django_assert_max_num_queries):
    _organisation, root = house()
    for _person in range(9):
        build_member(house()[1], Role.OWNER)
    build_member(root, Role.AWARDER)
    note_news(NewsKind.BOUNCED, root)

    with django_assert_max_num_queries(14):
        assert ask_for_staff_mails(timezone.now() + LATER) == 1
    assert StaffMail.objects.count() == 1


def test_old_news_goes():
    _organisation, root = house()
    build_member(root, Role.AWARDER)
    note_news(NewsKind.BOUNCED, root)

    assert mails_at(timezone.now() + dt.timedelta(days=15)) == []
    assert not StaffNews.objects.exists()


def test_keys_that_end_soon_are_told_once():
    organisation, root = house()
    for number, days in enumerate((5, 40)):
        OAuthClient.objects.create(
            client_id=f"c{number}",
            organisation=organisation,
            node=root,
            expires_at=timezone.now() + dt.timedelta(days),
        )
        ApiKey.objects.create(
            organisation=organisation,
            node=root,
            prefix=f"tm_{number}",
            hash=f"{number}",
            expires_at=timezone.now() + dt.timedelta(days),
        )
    note_what_ends()
    note_what_ends()

    assert StaffNews.objects.filter(kind=NewsKind.KEY_ENDING).count() == 2


def test_pace_is_ones_own_and_kept_once():
    user = build_user()
    for _ in range(2):
        choose_pace(pace=MailPace.AT_ONCE, actor=actor_for_user(user))

    assert StaffMail.objects.get(user=user).pace == MailPace.AT_ONCE


@pytest.mark.parametrize("kind", NewsKind.values)
def test_every_kind_has_words(kind):
    assert "2" in said(kind, 2)
    assert said(kind, 1) != said(kind, 2)
