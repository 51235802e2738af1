"""Which nudges are sent, and through which broker: what worker and beat must agree on. The beat has no Django."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER_BROKER = "folder://localhost"
POLL_SECONDS = 0.2
"""The folder is looked at so often: a fifth of the nudge's own second, at a hundredth of the cost of a task."""
EVERY_SECONDS: Mapping[str, float] = {
    "issuing.nudge": 1.0,
    "issuing.renew_status_lists": 5.0,
    "issuing.sign_audit_head": 60.0,
    "registry.note_worker": 60.0,
    "registry.seal_audit_trail": 3_600.0,
    "issuing.forget_batch_files": 3_600.0,
    "issuing.remind": 3_600.0,
    "registry.look_at_alarms": 3_600.0,
    "registry.look_at_news": 60.0,
    "integrations.forget_what_expired": 3_600.0,
}


def broker_settings(redis_url: str, var: Path) -> dict[str, Any]:
    """Return Celery's `broker_url` and `broker_transport_options`: Redis, or a folder below `var` without one."""
    folder = var / "broker"
    options: dict[str, Any] = {"socket_timeout": 10, "socket_connect_timeout": 5, "visibility_timeout": 3600}
    if not redis_url:
        options = {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
            "polling_interval": POLL_SECONDS,
        }
    return {"broker_url": redis_url or FOLDER_BROKER, "broker_transport_options": options}
