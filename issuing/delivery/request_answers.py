"""The letter that answers a request: made like those about awards, and sent to the address of who asked."""

from __future__ import annotations

import uuid

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from catalogue.selectors import newest_published
from issuing.delivery.fates import BadAddressError, UnwantedError
from issuing.delivery.identity import styles_of
from issuing.delivery.messages import Filling, Mailing, filled_in, rendered_mail
from issuing.delivery.words import Matter
from issuing.models import Application, ApplicationState, Letter
from registry.addresses import sendable_address
from registry.selectors import latest_profile, link_base_url

REQUESTS_PATH = "/account/requests/"
TOLD = (ApplicationState.GRANTED, ApplicationState.DECLINED)


def answer_mail(letter: Letter, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Return the mail that tells what was decided on a request.

    Raises:
        UnwantedError: the request, its account or its achievement is not there any more.
        BadAddressError: no mail can be sent to the account's address.
    """
    rows = Application.objects.filter(pk=letter.about_id or uuid.UUID(int=0), state__in=TOLD, user__is_active=True)
    application = rows.select_related("user", "achievement__issuer").first()
    version = newest_published(application.achievement) if application else None
    if application is None or version is None:
        raise UnwantedError
    try:
        to = sendable_address(application.user.email)
    except ValueError as error:
        raise BadAddressError from error
    decided_on = (application.decided_at or timezone.now()).date()
    style = styles_of([application.organisation_id]).of(application.organisation_id, letter.kind, letter.language)
    profile, base_url = latest_profile(application.achievement.issuer), link_base_url()
    mailing = Mailing(version.pk, profile.pk, letter.language, decided_on, base_url, style)
    matter = Matter(kind=letter.kind, link_until=decided_on, changed_on=decided_on, reason=application.reason)
    link = f"{base_url}{REQUESTS_PATH}"
    filling = Filling(to=to, name=application.name, link=link, message_id=letter.message_id)
    return filled_in(rendered_mail(mailing, matter), filling, connection)
