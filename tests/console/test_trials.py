"""Trying an award in the console: from the page before it, and in a list of its own."""

import pytest
from django.core import mail

from credentials.trials import TRIAL_NOTICE
from issuing.models import Award, Trial
from registry.models import Alarm, AuditEntry, Learner, OutboxMessage, Role, User
from tests.console.houses import build_house, filled, problems
from tests.console.test_award_one import ADA
from tests.issuing.trying import tried, worked
from tests.issuing.ways import award_now, breaches, sign

pytestmark = pytest.mark.django_db


def looked_at(house, **said):
    return filled(house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode())


def try_it(house, sheet):
    return house.client.post(house.award_page, sheet | {"act": "try"}, follow=True)


def test_try_it_makes_a_trial_for_oneself_and_the_award_can_follow():
    house = build_house()
    house.user.name = "Mia Member"
    house.user.save()
    sheet = looked_at(house)

    page = try_it(house, sheet).content.decode()

    assert "Tried. It is signed within a minute" in page
    assert "waiting to be signed" in page
    assert "data-live" in page
    assert not Award.objects.exists()
    assert not Learner.objects.exists()

    worked()
    trial = Trial.objects.get()
    page = house.read(f"{house.home}trials/")
    assert "signed and mailed" in page
    assert "data-live" not in page
    assert f'href="/trials/{trial.pk}"' in page
    assert [one.to for one in mail.outbox] == [[house.user.email]]
    shown = house.read(f"/trials/{trial.pk}")
    assert TRIAL_NOTICE in shown
    assert "Mia Member" in shown
    assert "Ada Example" not in shown

    house.client.post(house.award_page, sheet | {"act": "award"})
    assert Award.objects.count() == 1
    assert breaches() == []


def test_letter_to_an_address_that_takes_no_mail_is_given_up_and_the_page_says_so():
    house = build_house()
    try_it(house, looked_at(house))
    User.objects.filter(pk=house.user.pk).update(email="mia@no..where")

    worked()

    page = house.read(f"{house.home}trials/")
    assert "signed, not mailed" in page
    assert "takes no mail" in page
    assert Trial.objects.get().unmailed_code == "bad-address"
    assert mail.outbox == []
    message = OutboxMessage.objects.get(task="issuing.mail_trial")
    assert message.done_at, "nothing is tried again"
    assert not Alarm.objects.exists()


def test_double_click_makes_one_trial_and_other_words_another():
    house = build_house()
    sheet = looked_at(house)

    try_it(house, sheet)
    try_it(house, sheet)
    assert Trial.objects.count() == 1
    assert AuditEntry.objects.filter(act="trial.made").count() == 1

    try_it(house, sheet | {"participation": "On site"})
    assert Trial.objects.count() == 2


def test_faults_are_told_before_anything_is_tried():
    house = build_house()

    page = try_it(house, looked_at(house) | {"learning_from": "2026-05-01", "learning_to": "2026-01-01"})

    assert page.status_code == 422
    assert not Trial.objects.exists()


def test_page_before_the_award_says_what_a_trial_is():
    house = build_house()

    page = house.client.post(house.award_page, ADA | {"act": "check"}).content.decode()

    assert "Try it" in page
    assert "removed after 30 days" in page
    assert page.count('class="btn"') == 1


def test_list_of_awards_shows_no_trial_but_the_way_to_them():
    house = build_house()
    award_now(house.achievement, number=1)
    sign()
    trial = tried(house.achievement)

    page = house.read(f"{house.home}awards/")

    assert str(trial.pk) not in page
    assert f'href="{house.home}trials/"' in page
    assert str(trial.pk) not in house.read(f"{house.home}overview/")


def test_empty_list_teaches():
    house = build_house(Role.OWNER)
    page = house.read(f"{house.home}trials/")

    assert "Nothing is being tried" in page
    assert "Award one" in page


def test_who_may_not_award_sees_no_trials():
    house = build_house(Role.VIEWER)

    assert house.client.get(f"{house.home}trials/").status_code == 403
    assert "trials/" not in house.read(f"{house.home}awards/")


def test_trials_of_another_faculty_or_organisation_are_not_shown():
    house = build_house()
    other = tried()

    page = house.read(f"{house.home}trials/")

    assert "Nothing is being tried" in page
    assert str(other.pk) not in page


def test_too_many_tries_are_told(monkeypatch):
    from console.views import award_one
    from registry.throttle import Rate

    monkeypatch.setattr(award_one, "TRIALS", Rate("trial", requests=1, seconds=3_600))
    house = build_house()
    sheet = looked_at(house)
    try_it(house, sheet)

    page = try_it(house, sheet | {"participation": "x"})

    assert page.status_code == 422
    assert problems(page.content.decode())
    assert Trial.objects.count() == 1


def test_steps_to_the_first_award_offer_it():
    house = build_house(Role.OWNER)

    page = house.read(f"{house.home}first-steps/")

    assert "Try an award on yourself" in page
    assert f'href="{house.award_page}#trial"' in page


def test_trial_from_the_sheet_itself_wants_no_person():
    house = build_house()
    page = house.client.get(house.award_page).content.decode()
    assert 'value="try"' in page

    try_it(house, filled(page) | {"participation": "On site"})

    assert Trial.objects.get().made_by == house.user.pk
    assert not Learner.objects.exists()
