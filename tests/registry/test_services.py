"""The registry's acts on people and access."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.actors import SYSTEM
from registry.errors import NotFoundError, TakenError
from registry.models import (
    ApiKey,
    AuditEntry,
    IdentifierType,
    Learner,
    LearnerIdentifier,
    OutboxMessage,
    SignInToken,
)
from registry.outbox import Topic
from registry.permissions import Scope
from registry.selectors import canonical_base_url, live_api_key
from registry.services import (
    IdentifierOrder,
    ProfileOrder,
    Recipient,
    create_api_key,
    create_issuer,
    learners_for,
    one_time_sign_in_url,
    redeem_sign_in_token,
    register_host,
    revise_issuer_profile,
    revoke_api_key,
    secret_hash,
)
from tests.registry.builders import (
    build_issuer,
    build_organisation,
    build_user,
    root_of,
)

pytestmark = pytest.mark.django_db


def person(email: str, **fields) -> Recipient:
    return Recipient(name="Ana Beispiel", email=email, **fields)


def matriculation(scope: str, number: str) -> IdentifierOrder:
    return IdentifierOrder(IdentifierType.MATRICULATION, scope, number)


def test_same_address_in_other_writing_is_the_same_learner():
    organisation = build_organisation()

    first, second = learners_for(
        [person("Ana@Example.org"), person(" ana@example.ORG ")],
        organisation=organisation,
    )
    (third,) = learners_for([person("ana@example.org")], organisation=organisation)

    assert first == second == third
    assert Learner.objects.count() == 1


def test_same_address_in_two_organisations_is_two_learners():
    learners_for([person("ana@example.org")], organisation=build_organisation())
    learners_for([person("ana@example.org")], organisation=build_organisation())

    assert Learner.objects.count() == 2


def test_equal_numbers_of_two_scopes_never_merge_people():
    organisation = build_organisation()
    one = person("one@example.org", identifiers=(matriculation("uni-a.example", "4711"),))
    two = person("two@example.org", identifiers=(matriculation("uni-b.example", "4711"),))

    assert len(set(learners_for([one, two], organisation=organisation))) == 2


def test_number_finds_the_learner_whose_address_changed():
    organisation = build_organisation()
    number = (matriculation("uni-a.example", "4711"),)
    (before,) = learners_for([person("old@example.org", identifiers=number)], organisation=organisation)

    (after,) = learners_for([person("new@example.org", identifiers=number)], organisation=organisation)

    assert after == before
    assert set(LearnerIdentifier.objects.filter(learner=before, type="email").values_list("value", flat=True)) == {
        "old@example.org",
        "new@example.org",
    }


def test_finding_500_learners_takes_as_many_queries_as_finding_one(
    django_assert_num_queries,
):
    organisation = build_organisation()
    everybody = [person(f"p{n}@example.org") for n in range(500)]
    learners_for(everybody, organisation=organisation)

    with django_assert_num_queries(2):
        learners_for(everybody, organisation=organisation)


def test_issuer_gets_a_did_of_this_host_and_asks_for_its_key():
    issuer = build_issuer(slug="charite")

    assert issuer.did.startswith("did:web:")
    assert issuer.did.endswith(":issuers:charite")
    message = OutboxMessage.objects.get(topic=Topic.KEY_REQUESTED)
    assert message.payload == {"issuer_id": str(issuer.id), "tenant": str(issuer.organisation_id)}


def test_issuer_slug_is_taken_across_organisations():
    build_issuer(slug="charite")

    with pytest.raises(TakenError):
        create_issuer(
            node=root_of(build_organisation()),
            slug="charite",
            profile=ProfileOrder(name={"en": "X"}),
            actor=SYSTEM,
        )


def test_revised_profile_is_the_next_version_and_the_first_stays():
    issuer = build_issuer()

    revised = revise_issuer_profile(issuer=issuer, profile=ProfileOrder(name={"en": "New name"}), actor=SYSTEM)

    assert revised.version == 2
    assert issuer.profiles.get(version=1).name == {"en": "Example College Registry"}


def test_sign_in_link_works_once():
    user = build_user()
    token = one_time_sign_in_url(user).rsplit("/", 1)[1]

    assert redeem_sign_in_token(token) == user
    with pytest.raises(NotFoundError):
        redeem_sign_in_token(token)


def test_sign_in_link_after_an_hour_is_refused():
    token = one_time_sign_in_url(build_user()).rsplit("/", 1)[1]
    SignInToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    with pytest.raises(NotFoundError):
        redeem_sign_in_token(token)


def test_api_key_is_kept_as_a_hash_and_dies_when_revoked():
    key, secret = create_api_key(
        node=root_of(build_organisation()), name="LMS", scopes=[Scope.AWARDS_READ], actor=SYSTEM
    )

    assert secret.startswith("tm_")
    assert secret not in str(ApiKey.objects.values().get())
    assert live_api_key(secret_hash(secret)) == key
    revoke_api_key(key=key, actor=SYSTEM)
    assert live_api_key(secret_hash(secret)) is None
    assert AuditEntry.objects.filter(act="api_key.revoked", object_id=str(key.pk)).exists()


def test_first_host_stays_canonical_until_told_otherwise():
    register_host(base_url="https://a.example.org", actor=SYSTEM)
    register_host(base_url="https://b.example.org", actor=SYSTEM)
    assert canonical_base_url() == "https://a.example.org"

    register_host(base_url="https://b.example.org", actor=SYSTEM, make_canonical=True)
    assert canonical_base_url() == "https://b.example.org"
