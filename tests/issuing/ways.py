"""Awards on their way, for tests: made, accepted by their holders, corrected, signed."""

import datetime as dt

from issuing.fsck.run import check_everything
from issuing.models import Award, StatusChange
from issuing.services import accept_award, award_achievement, supersede_credential
from registry.actors import SYSTEM, Actor
from registry.models import SigningPolicy
from registry.services import Recipient
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, signing_here

LATER = dt.timedelta(days=3)


def award_now(achievement, **stated) -> Award:
    return award_achievement(order=build_order(achievement, **stated), actor=SYSTEM)


def at_claim(**more):
    return build_achievement(build_issuer(signing_policy=SigningPolicy.AT_CLAIM), **more)


def bearer(award) -> Actor:
    return Actor(kind="holder", id=str(award.pk))


def sign() -> int:
    with signing_here():
        return drain_all()


def claimed(achievement, number) -> Award:
    award = award_now(achievement, number=number)
    accept_award(award_id=award.pk, actor=bearer(award))
    assert sign() == 1
    return award


def correct(award, *, name="Ada Corrected", email="ada1@example.org") -> Award:
    order = build_order(award.version.achievement, recipient=Recipient(name=name, email=email))
    return supersede_credential(credential_id=award.pk, order=order, reason="Name corrected", actor=SYSTEM)


def standing(achievement) -> list[str]:
    """Return the credentials that anybody would find genuine."""
    awards = Award.objects.filter(version__achievement=achievement, state__in=["signed", "delivered"])
    revoked = StatusChange.objects.filter(purpose="revocation").values("credential")
    return [str(pk) for pk in awards.exclude(pk__in=revoked).values_list("pk", flat=True)]


def breaches():
    return list(check_everything())


def fresh_state(award: Award) -> tuple[str, str]:
    award = Award.objects.get(pk=award.pk)
    return award.state, award.refused_code
