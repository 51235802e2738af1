"""Who listens to which topic of the outbox: the one list, topic → names of Celery tasks."""

from collections.abc import Mapping

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "credential.status_changed": ("issuing.publish_status_lists",),
    "key.requested": ("issuing.make_key",),
    "document.requested": ("issuing.sign_document",),
    "credentials.issued": (),
    "learner.erased": (),
}
"""Chunks of accepted awards are missing here: the drain itself signs them."""
