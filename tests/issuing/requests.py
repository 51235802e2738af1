"""People who ask for awards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from catalogue.models import Achievement
from issuing.delivery.sending import send_waiting
from issuing.models import Application, ApprovalKind
from issuing.passing import pass_on
from issuing.services import ApplicationOrder, ApprovalOrder, apply_for, set_approval
from registry.actors import SYSTEM
from registry.lanes import Lane
from registry.models import User
from tests.issuing.builders import build_achievement
from tests.registry.builders import build_user


def open_to_requests(*kinds: ApprovalKind, **content: Any) -> Achievement:
    """Return an achievement for which learners may apply."""
    achievement = build_achievement(**content)
    asked = frozenset(kinds or {ApprovalKind.LEARNER_APPLIES})
    set_approval(order=ApprovalOrder(place=achievement, kinds=asked), actor=SYSTEM)
    return achievement


def applicant(email: str = "", *, verified: bool = True) -> User:
    """Return somebody with an account, whose address was confirmed."""
    user = build_user(**({"email": email} if email else {}))
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def ask(achievement: Achievement, user: User, **stated: Any) -> Application:
    """Apply for an award."""
    order = ApplicationOrder(achievement=achievement, **({"name": "Ada Lovelace"} | stated))
    return apply_for(order=order, user=user)


def work() -> list[EmailMessage]:
    """Do what the worker would do with requests and letters; return the mails that have left."""
    pass_on(Lane.SLOW, worker="tester", seconds=5)
    send_waiting(worker="tester", until=timezone.now() + dt.timedelta(seconds=5))
    return list(mail.outbox)
