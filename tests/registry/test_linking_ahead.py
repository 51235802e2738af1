"""Linking people of a provider before they come: what lines of one sheet say of each other."""

import pytest
from allauth.socialaccount.models import SocialAccount

from registry.actors import SYSTEM
from registry.errors import OrderRefusedError
from registry.models import IdentityProvider
from registry.services import link_ahead

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([("ana", "a@uni.example"), ("ana", "b@uni.example")], ("people.2", "identifier-twice")),
        ([("ana", "a@uni.example"), ("bob", "A@Uni.example")], ("people.2", "account-twice")),
    ],
    ids=["one identifier", "one account"],
)
def test_lines_that_say_different_things_of_one_person_link_nobody(people, told):
    provider = IdentityProvider.objects.create(
        slug="uni", kind="openid_connect", name="Uni", address="https://idp.example"
    )

    with pytest.raises(OrderRefusedError) as refused:
        link_ahead(provider_id=provider.pk, people=people, actor=SYSTEM)

    assert [(one.place, one.code) for one in refused.value.every_refusal] == [told]
    assert not SocialAccount.objects.exists()
    assert link_ahead(provider_id=provider.pk, people=[people[0], people[0]], actor=SYSTEM) == 1
