"""Where somebody is signed in: the browsers of their sessions that live."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from registry.models import User

SHOWN = 50
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
"""What a browser calls itself, the more special name first: most of them claim to be the later ones as well."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which somebody is signed in; `network` is an IPv4 address, or the start of an IPv6 network."""

    id: int
    browser: str
    network: str
    since: dt.datetime
    is_this: bool


def sessions_of(user: User, *, this: str) -> list[SignedIn]:
    """Return the sessions of an account that live, this one first, then the newest; at most `SHOWN`.

    A session that a new password has ended is none, though its row is still there.
    """
    noted = list(UserSession.objects.filter(user=user).order_by("-created_at")[:SHOWN])
    keys = [one.session_key for one in noted]
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    alive = {row.session_key for row in rows if _holds(row, user)}
    found = [
        SignedIn(one.pk, browser_named(one.user_agent), one.ip, one.created_at, one.session_key == this)
        for one in noted
        if one.session_key in alive
    ]
    return sorted(found, key=lambda one: not one.is_this)


def _holds(row: Session, user: User) -> bool:
    told = str(row.get_decoded().get(HASH_SESSION_KEY, ""))
    now = [user.get_session_auth_hash()]
    if settings.SECRET_KEY_FALLBACKS:
        now += list(user.get_session_auth_fallback_hash())
    return any(constant_time_compare(told, one) for one in now)


def browser_named(agent: str) -> str:
    """Return in a few words which browser calls itself so: “Firefox, Linux”."""
    browser = next((words for mark, words in BROWSERS if re.search(rf"\b{mark}\w*/", agent)), "")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system))) or gettext("Unknown browser")
