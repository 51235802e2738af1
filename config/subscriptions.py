"""Who listens to which topic of the outbox: the one list. Each listener has rows, tries and an end of its own."""

from collections.abc import Mapping

from registry.lanes import Lane, Listener

SUBSCRIPTIONS: Mapping[str, tuple[Listener, ...]] = {
    # Signed by the drain itself, chunk by chunk: no task of its own.
    "awards.accepted": (Listener("issuing.drain_outbox", Lane.SIGN),),
    # Days that have come and claims that have ended.
    "awards.due": (Listener("issuing.advance_due", Lane.STATUS),),
    "credential.status_changed": (Listener("issuing.publish_status_lists", Lane.STATUS),),
    "key.requested": (Listener("issuing.make_key", Lane.STATUS),),
    "document.requested": (Listener("issuing.sign_document", Lane.STATUS),),
    "batch.asked": (Listener("issuing.run_batch", Lane.SLOW),),
    "batch.decided": (Listener("issuing.settle_decision", Lane.SLOW),),
    "batch.wait_ended": (Listener("issuing.end_wait", Lane.STATUS),),
    "change.asked": (Listener("issuing.run_change", Lane.SLOW),),
    "export.asked": (Listener("issuing.write_export", Lane.SLOW),),
    "trial.asked": (Listener("issuing.sign_trial", Lane.STATUS),),
    "trial.signed": (Listener("issuing.mail_trial", Lane.MAIL),),
    "requests.granted": (Listener("issuing.grant_requests", Lane.SLOW),),
    "credentials.issued": (),
    "learner.erased": (),
    "alarms.open": (Listener("registry.mail_alarms", Lane.MAIL),),
    "staff.news": (Listener("registry.mail_staff", Lane.MAIL),),
    "invitation.made": (Listener("registry.mail_invitation", Lane.MAIL),),
}
