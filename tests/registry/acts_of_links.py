"""The operator's acts on identifiers that open accounts, as the tests of roles and of doing it twice try them."""

from collections.abc import Callable

from allauth.socialaccount.models import SocialAccount

from registry.actors import SYSTEM
from registry.models import IdentityProvider
from registry.services import link_ahead, unlink_identifier
from tests.at_once import Case
from tests.registry.builders import build_user


def _provider(slug: str) -> IdentityProvider:
    return IdentityProvider.objects.create(slug=slug, kind="openid_connect", name="Uni", address="https://idp.example")


def _linking() -> Case:
    provider, user = _provider("ahead"), build_user()
    return Case(
        do=lambda actor: link_ahead(provider_id=provider.pk, people=[("ana", user.email)], actor=actor),
        actor=SYSTEM,
        entry="identity.linked",
        row=provider,
    )


def _unlinking() -> Case:
    provider = _provider("away")
    SocialAccount.objects.create(user=build_user(), provider="away", uid="ana")
    return Case(
        do=lambda actor: unlink_identifier(provider_id=provider.pk, identifier="ana", actor=actor),
        actor=SYSTEM,
        entry="identity.unlinked",
        second="links-refused",
        row=provider,
    )


OF_LINKS: dict[str, Callable[[], Case]] = {"link_ahead": _linking, "unlink_identifier": _unlinking}
