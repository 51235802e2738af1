"""The command that `start` calls on a first visit."""

import io
import json

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from issuing.models import Award
from registry.models import Membership, Organisation, User

pytestmark = pytest.mark.django_db


def run():
    out = io.StringIO()
    call_command("seed_demo", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue().strip().splitlines()[-1])


def test_the_last_line_names_the_credential_and_the_people():
    said = run()

    award = Award.objects.get()
    assert said["credential"].endswith(f"/c/{award.id}")
    assert set(said["people"]) == {"operator", "issuer_admin", "awarder", "learner"}
    for email in said["people"].values():
        assert User.objects.get(email=email).is_active
        assert EmailAddress.objects.get(email=email).verified


def test_a_second_run_changes_nothing():
    first = run()
    counted = [model.objects.count() for model in (Award, User, Membership, Organisation)]

    assert run() == first
    assert [model.objects.count() for model in (Award, User, Membership, Organisation)] == counted
    assert Award.objects.get().language == "de"
