"""Gives every message the listener and the lane that its topic had when there was one listener a topic."""

from django.db import migrations
from django.utils import timezone

LISTENERS = {
    "awards.accepted": ("issuing.drain_outbox", "sign"),
    "credential.status_changed": ("issuing.publish_status_lists", "status"),
    "key.requested": ("issuing.make_key", "status"),
    "document.requested": ("issuing.sign_document", "status"),
}


def name_listeners(apps, _schema_editor):
    messages = apps.get_model("registry", "OutboxMessage").objects.filter(task="")
    for topic, (task, lane) in LISTENERS.items():
        messages.filter(topic=topic).update(task=task, lane=lane)
    # What nobody listened to was done by being claimed.
    messages.filter(done_at=None).update(done_at=timezone.now(), lease_until=None)


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_lanes_and_alarms")]

    operations = [migrations.RunPython(name_listeners, migrations.RunPython.noop)]
