"""Telling staff by mail what waits for them: at once, or all of a day together, as each of them has chosen.

1. An act writes what happened into `StaffNews`, in its own transaction. 2. Every minute the news is laid beside the
roles that people hold now, and a mail is asked for where somebody is due. 3. The worker writes the mail of what its
reader may still know then. Mails carry kinds and counts, and where to look; no names.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
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
MOST_NEWS: Final = 5_000
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


@dataclass(frozen=True, slots=True)
class _Desk:
    """Somebody who works in organisations: where, in which roles."""

    user: str
    roles: Sequence[tuple[str, str]]

    def hears(self, news: StaffNews) -> bool:
        """Whether news is this person's to see to."""
        if news.maker == self.user or news.reader not in ("", self.user):
            return False
        wanted = INCLUDED_IN[ROLE_FOR[news.kind]]
        return any(role in wanted and news.node.path.startswith(path) for role, path in self.roles)


def ask_for_staff_mails(now: dt.datetime | None = None) -> int:
    """Ask for a mail to everybody who is due and has news; returns how many."""
    at = now or timezone.now()
    StaffNews.objects.filter(at__lt=at - KEPT).delete()
    # Numbers are given before their acts commit: what is looked at is old enough to have no gaps that fill later.
    settled = StaffNews.objects.filter(at__lt=at - SETTLED).select_related("node")
    news = list(settled.order_by("-id")[:MOST_NEWS])[::-1]
    if not news:
        return 0
    desks = _desks({one.organisation_id for one in news})
    kept = StaffMail.objects.in_bulk([desk.user for desk in desks])
    return sum(_ask(desk, kept, news, at) for desk in desks)


def _ask(desk: _Desk, kept: Mapping[object, StaffMail], news: Sequence[StaffNews], at: dt.datetime) -> bool:
    rows = {str(pk): row for pk, row in kept.items()}
    chosen = rows.get(desk.user) or StaffMail(user_id=desk.user)
    newest = news[-1].pk
    if chosen.seen_up_to >= newest or chosen.pace == MailPace.NEVER:
        return False
    if chosen.mailed_at is not None and chosen.mailed_at > at - APART[MailPace(chosen.pace)]:
        return False
    heard = any(one.pk > chosen.seen_up_to and desk.hears(one) for one in news)
    with transaction.atomic():
        held, _is_new = StaffMail.objects.select_for_update().get_or_create(user_id=desk.user)
        if held.seen_up_to >= newest:
            return False
        if heard:
            publish(Topic.STAFF_NEWS, {"user_id": desk.user, "after": held.seen_up_to, "up_to": newest})
            held.mailed_at = at
        held.seen_up_to = newest
        held.save()
    return heard


def _desks(organisations: Iterable[object], user: str = "") -> list[_Desk]:
    """Return the people who hold a role in these organisations now, or one of them."""
    live = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=timezone.now()),
        user__is_active=True,
        node__organisation__in=list(organisations),
    )
    if user:
        live = live.filter(user_id=uuid.UUID(user))
    roles: dict[str, list[tuple[str, str]]] = {}
    for user_id, role, path in live.values_list("user_id", "role", "node__path"):
        roles.setdefault(str(user_id), []).append((role, path))
    return [_Desk(user_id, held) for user_id, held in roles.items()]


# -- the mail -------------------------------------------------------------------------------------------


def send_staff_mail(*, user_id: str, after: int, up_to: int) -> int:
    """Write to somebody what there is to see to; a repeat has the same Message-ID. Returns how many mails left.

    Raises:
        UnavailableError: the mail server does not answer; to be tried again.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    rows = StaffNews.objects.filter(pk__gt=after, pk__lte=up_to).select_related("node", "organisation")
    news = list(rows.order_by("id")[:MOST_NEWS])
    desk = next(iter(_desks({one.organisation_id for one in news}, user_id)), None)
    heard = [one for one in news if desk is not None and desk.hears(one)]
    if user is None or not heard:
        return 0
    try:
        return _mail(user, heard, up_to).send()
    except SMTPRecipientsRefused:
        log.warning("mail.given_up", user=user_id, reason="recipient-refused")
        return 0
    except OSError as error:
        raise UnavailableError(code="server-away") from error


def _mail(user: User, news: Sequence[StaffNews], number: int) -> EmailMessage:
    base, host = link_base_url(), urlsplit(settings.PUBLIC_URL).hostname
    counted: Counter[tuple[str, str]] = Counter()
    names = {one.organisation.slug: one.organisation.name for one in news}
    for one in news:
        counted[one.organisation.slug, one.kind] += one.count
    with override(user.language):
        houses = [
            (
                text_in(names[slug], user.language),
                [
                    (said(kind, count), f"{base}/console/{slug}/{PAGE_OF[kind]}")
                    for (house, kind), count in sorted(counted.items())
                    if house == slug
                ],
            )
            for slug in sorted(names)
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
