"""Telling staff by mail what waits for them: at once, or all of a day together, as each of them has chosen.

1. An act writes what happened into `StaffNews`, in its own transaction. 2. Every minute the news is laid beside the
roles that people hold now, and a mail is asked for where somebody is due. 3. The worker writes the mail of what its
reader may still know then. Mails carry kinds and counts, and where to look; no names.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby
from smtplib import SMTPRecipientsRefused
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from registry.actors import Actor
from registry.agreed import newest_agreements
from registry.errors import UnavailableError
from registry.language_maps import text_in
from registry.models import (
    Agreement,
    AgreementAccepted,
    ApiKey,
    MailPace,
    Mandate,
    Membership,
    NewsKind,
    Node,
    OAuthClient,
    Organisation,
    OrganisationState,
    Role,
    StaffMail,
    StaffNews,
    User,
)
from registry.outbox import Topic, publish
from registry.permissions import INCLUDED_IN
from registry.selectors import answered_for, link_base_url, not_ended

KEPT: Final = dt.timedelta(days=14)
"""News older than that is told to nobody and goes."""
APART: Final = {MailPace.AT_ONCE: dt.timedelta(minutes=15), MailPace.DAILY: dt.timedelta(hours=23, minutes=30)}
"""Mails to one person are at least so far apart."""
MOST_PEOPLE: Final = 500
"""At the news of so many one turn looks."""
MOST_NEWS: Final = 5_000
"""So many organisations are told of an agreement in one turn."""
SETTLED: Final = dt.timedelta(seconds=60)
ENDS_SOON: Final = dt.timedelta(days=14)
log = structlog.get_logger(__name__)

ROLE_FOR: Final[Mapping[str, Role]] = {
    NewsKind.APPROVAL_ASKED: Role.APPROVER,
    NewsKind.REQUEST_WAITING: Role.AWARDER,
    NewsKind.BATCH_DONE: Role.AWARDER,
    NewsKind.BATCH_STOPPED: Role.AWARDER,
    NewsKind.BOUNCED: Role.AWARDER,
    NewsKind.KEY_ENDING: Role.ADMIN,
    NewsKind.KEY_STOPPED: Role.ADMIN,
    NewsKind.AGREEMENT_ENDING: Role.OWNER,
    NewsKind.AGREEMENT_WAITING: Role.OWNER,
    NewsKind.MANDATE_ASKED: Role.OWNER,
}
PAGE_OF: Final[Mapping[str, str]] = {
    NewsKind.APPROVAL_ASKED: "approvals/",
    NewsKind.REQUEST_WAITING: "requests/",
    NewsKind.BATCH_DONE: "batches/",
    NewsKind.BATCH_STOPPED: "batches/",
    NewsKind.BOUNCED: "returned/",
    NewsKind.KEY_ENDING: "machines/",
    NewsKind.KEY_STOPPED: "machines/",
    NewsKind.AGREEMENT_ENDING: "mandates/",
    NewsKind.AGREEMENT_WAITING: "agreements/",
    NewsKind.MANDATE_ASKED: "mandates/",
}
"""Where in an organisation's console one sees to it."""


def note_news(
    kind: NewsKind, node: Node, *, count: int = 1, about: str = "", reader: str = "", maker: Actor | None = None
) -> None:
    """Write down what happened at a place, in the caller's transaction; the same `about` is told once."""
    row = StaffNews(
        organisation_id=node.organisation_id,
        node=node,
        kind=kind,
        count=count,
        about=about,
        reader=reader,
        maker=maker.id if maker is not None and maker.kind == "user" else "",
        at=timezone.now(),
    )
    StaffNews.objects.bulk_create([row], ignore_conflicts=bool(about))


# -- who is told ----------------------------------------------------------------------------------------


def ask_for_staff_mails(now: dt.datetime | None = None) -> int:
    """Ask for a mail to everybody who is due and has news; returns how many.

    Of at most `MOST_PEOPLE` in one turn, first of those at whom nobody has looked for longest. However much happens in
    one organisation, news of another waits for its readers.
    """
    at = now or timezone.now()
    StaffNews.objects.filter(at__lt=at - KEPT).delete()
    # Numbers are given before their acts commit: what is looked at is old enough to have no gaps that fill later.
    settled = StaffNews.objects.filter(at__lt=at - SETTLED)
    newest = settled.order_by("-id").values_list("pk", flat=True).first()
    if newest is None:
        return 0
    return sum(_ask(user_id, newest, at) for user_id in _due(settled, at))


def _due(settled: QuerySet[StaffNews], at: dt.datetime) -> list[uuid.UUID]:
    """Return the accounts that may have another mail now, and work where something has happened that was not looked at."""
    kept, kinds = "user__staff_mail__", (MailPace.AT_ONCE, MailPace.DAILY)
    apart = Q(**{f"{kept}mailed_at": None})
    for pace in kinds:
        apart |= Q(**{f"{kept}pace": pace, f"{kept}mailed_at__lte": at - APART[pace]})
    wanted = Q(**{f"{kept}pace": None}) | Q(**{f"{kept}pace__in": kinds})
    working = _live_roles().filter(apart, wanted).annotate(seen=Coalesce(f"{kept}seen_up_to", 0))
    new = settled.filter(organisation=OuterRef("node__organisation"), pk__gt=OuterRef("seen"))
    people = working.filter(Exists(new)).order_by("seen", "user").values_list("user_id", "seen").distinct()
    return [user_id for user_id, _seen in people[:MOST_PEOPLE]]


def _ask(user_id: uuid.UUID, newest: int, at: dt.datetime) -> bool:
    with transaction.atomic():
        held, _is_new = StaffMail.objects.select_for_update().get_or_create(user_id=user_id)
        if held.seen_up_to >= newest:
            return False
        heard = _heard(str(user_id), after=held.seen_up_to, up_to=newest).exists()
        if heard:
            publish(Topic.STAFF_NEWS, {"user_id": str(user_id), "after": held.seen_up_to, "up_to": newest})
            held.mailed_at = at
        held.seen_up_to = newest
        held.save()
    return heard


def _live_roles() -> QuerySet[Membership]:
    now = timezone.now()
    return Membership.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now), user__is_active=True)


def _heard(user_id: str, *, after: int, up_to: int) -> QuerySet[StaffNews]:
    """Return the news between two numbers that is somebody's to see to, in the roles that they hold now."""
    theirs, organisations = Q(pk=None), set()
    roles = _live_roles().filter(user=uuid.UUID(user_id))
    for role, path, organisation in roles.values_list("role", "node__path", "node__organisation"):
        kinds = [kind for kind, needed in ROLE_FOR.items() if role in INCLUDED_IN[needed]]
        theirs |= Q(kind__in=kinds, node__path__startswith=path)
        organisations.add(organisation)
    between = StaffNews.objects.filter(organisation__in=organisations, pk__gt=after, pk__lte=up_to)
    return between.filter(theirs, reader__in=("", user_id)).exclude(maker=user_id)


# -- the mail -------------------------------------------------------------------------------------------


def send_staff_mail(*, user_id: str, after: int, up_to: int) -> int:
    """Write to somebody what there is to see to; a repeat has the same Message-ID. Returns how many mails left.

    Raises:
        UnavailableError: the mail server does not answer; to be tried again.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    heard = _heard(user_id, after=after, up_to=up_to).order_by("organisation__slug", "kind")
    counted = list(heard.values_list("organisation", "kind").annotate(Sum("count")))
    if user is None or not counted:
        return 0
    try:
        return _mail(user, counted, up_to).send()
    except SMTPRecipientsRefused:
        log.warning("mail.given_up", user=user_id, reason="recipient-refused")
        return 0
    except OSError as error:
        raise UnavailableError(code="server-away") from error


def _mail(user: User, news: Sequence[tuple[uuid.UUID, str, int]], number: int) -> EmailMessage:
    """Return the mail of how much of each kind happened in which organisation."""
    base, host = link_base_url(), urlsplit(settings.PUBLIC_URL).hostname
    named = Organisation.objects.in_bulk({organisation for organisation, _kind, _count in news})
    with override(user.language):
        houses = [
            (
                text_in(named[organisation].name, user.language),
                [
                    (said(kind, count), f"{base}/console/{named[organisation].slug}/{PAGE_OF[kind]}")
                    for _organisation, kind, count in own
                ],
            )
            for organisation, own in groupby(news, lambda one: one[0])
        ]
        total = sum(len(lines) for _name, lines in houses)
        subject = houses[0][1][0][0] if total == 1 else gettext("What waits for you")
        text = render_to_string("registry/mail/staff.txt", {"houses": houses, "choose": f"{base}/account/mails/"})
    headers = {"Message-ID": f"<staff.{number}.{user.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, to=[user.email], headers=headers)


def said(kind: str, count: int) -> str:
    """Say what has happened, in the active language."""
    words = {
        NewsKind.APPROVAL_ASKED: ngettext(
            "One award waits for your approval", "%(count)d awards wait for your approval", count
        ),
        NewsKind.REQUEST_WAITING: ngettext("One request waits for you", "%(count)d requests wait for you", count),
        NewsKind.BATCH_DONE: ngettext("A file of yours is done", "%(count)d files of yours are done", count),
        NewsKind.BATCH_STOPPED: ngettext(
            "A file of yours was stopped", "%(count)d files of yours were stopped", count
        ),
        NewsKind.BOUNCED: ngettext("One letter came back", "%(count)d letters came back", count),
        NewsKind.KEY_ENDING: ngettext(
            "A key of a system ends within two weeks", "%(count)d keys of systems end within two weeks", count
        ),
        NewsKind.KEY_STOPPED: ngettext(
            "A key of a system stopped: who made it has left",
            "%(count)d keys of systems stopped: who made them has left",
            count,
        ),
        NewsKind.AGREEMENT_WAITING: ngettext(
            "An agreement waits for an owner to accept it",
            "%(count)d agreements wait for an owner to accept them",
            count,
        ),
        NewsKind.AGREEMENT_ENDING: ngettext(
            "A mandate ends within two weeks", "%(count)d mandates end within two weeks", count
        ),
        NewsKind.MANDATE_ASKED: ngettext(
            "Somebody asks to award in your name", "%(count)d issuers ask to award in your name", count
        ),
    }
    return words[NewsKind(kind)] % {"count": count}


def note_what_ends(now: dt.datetime | None = None) -> None:
    """Note the systems' keys and clients that end within two weeks, and those that nobody answers for; once each."""
    at = now or timezone.now()
    soon = {"revoked_at": None, "expires_at__gt": at, "expires_at__lt": at + ENDS_SOON}
    left = Q(revoked_at=None) & not_ended() & ~answered_for()
    for kind, machines in (("key", ApiKey.objects), ("oauth", OAuthClient.objects)):
        for one in machines.filter(**soon).select_related("node"):
            note_news(NewsKind.KEY_ENDING, one.node, about=f"{kind}:{one.pk}:{one.expires_at:%Y-%m-%d}")
        for one in machines.filter(left).select_related("node"):
            note_news(NewsKind.KEY_STOPPED, one.node, about=f"{kind}:{one.pk}:{one.created_by_id}")
    days = {"until__gte": timezone.localdate(at), "until__lt": timezone.localdate(at + ENDS_SOON)}
    for mandate in Mandate.objects.filter(ended_at=None, confirmed_at__isnull=False, **days):
        about = f"mandate:{mandate.pk}:{mandate.until}"
        for root in Node.objects.filter(
            organisation__in=(mandate.organisation_id, mandate.on_behalf_of_id), parent=None
        ):
            note_news(NewsKind.AGREEMENT_ENDING, root, about=about)
    for agreement in newest_agreements():
        _note_agreement(agreement)


def _note_agreement(agreement: Agreement) -> None:
    """Tell owners of a version that nobody has accepted for their organisation; again while that lasts and news is kept."""
    about = f"agreement:{agreement.pk}"
    accepted = AgreementAccepted.objects.filter(agreement=agreement, organisation=OuterRef("organisation"))
    told = StaffNews.objects.filter(
        organisation=OuterRef("organisation"), kind=NewsKind.AGREEMENT_WAITING, about=about
    )
    roots = Node.objects.filter(parent=None, organisation__is_sample=False).exclude(
        organisation__state=OrganisationState.CLOSED
    )
    for root in roots.filter(~Exists(accepted), ~Exists(told))[:MOST_NEWS]:
        note_news(NewsKind.AGREEMENT_WAITING, root, about=about)
