"""Tidying up, once an hour."""

from __future__ import annotations

from celery import shared_task

from issuing.services import forget_presentations
from registry.alarms import AlarmCode
from registry.fates import goes_well
from registry.idempotency import forget_old_answers
from registry.services.sign_in_sessions import forget_ended_sessions
from registry.throttle import forget_old_counts


@shared_task(name="integrations.forget_what_expired", ignore_result=True)
def forget_what_expired() -> None:
    """Remove answers, counts, sign-ins and presentations that no longer matter; losing or doubling a run harms nothing."""
    goes_well(forget_old_answers, alarm=AlarmCode.ANSWERS_NOT_FORGOTTEN)
    goes_well(forget_old_counts, alarm=AlarmCode.COUNTS_NOT_FORGOTTEN)
    goes_well(forget_ended_sessions, alarm=AlarmCode.SESSIONS_NOT_FORGOTTEN)
    goes_well(forget_presentations, alarm=AlarmCode.PRESENTATIONS_NOT_FORGOTTEN)
