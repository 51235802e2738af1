"""How this installation is, for its operator: worker, lanes, mail, storage, upkeep, and whether its settings fit. Reads alone.

Nothing here counts a table of awards or people: lanes are counted from what waits, sizes are the database's own.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from issuing.models import SigningKey, StatusList
from issuing.setting_up import places_given_out
from registry.alarms import CLOSED_BY_A_PERSON, MEANINGS, AlarmCode
from registry.lanes import Lane
from registry.models import Alarm, Issuer, Organisation
from registry.selectors import canonical_base_url, given_up_work, waiting_work
from registry.upkeep import Chore, upkeep_by_chore

WORKER_SEEN_WITHIN = dt.timedelta(minutes=5)
FSCK_WITHIN = dt.timedelta(days=2)
BACKUP_WITHIN = dt.timedelta(days=2)
LATE_SECONDS = 60.0
LEAST_FREE = 2 * 1024**3
CLOCKS_APART = dt.timedelta(seconds=5)
KEPT_TABLES = (
    "issuing_award",
    "issuing_credential",
    "issuing_letter",
    "registry_learner",
    "registry_learneridentifier",
)
KEY_ALARMS = (AlarmCode.CANNOT_SIGN, AlarmCode.KEY_NOT_MADE)


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at: `state` is well, care or stop; `remedy` says what to do, empty where all is well."""

    name: str
    state: str
    said: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LaneSeen:
    """What waits in a lane: how many messages, for how long the oldest (seconds), and how many were put aside."""

    lane: str
    count: int
    oldest_seconds: int
    given_up: int

    @property
    def late(self) -> bool:
        """Whether something waits for longer than work takes."""
        return self.oldest_seconds > LATE_SECONDS


def lanes_seen() -> list[LaneSeen]:
    """Return every lane, in its order; two queries over what waits."""
    waiting, aside = waiting_work(), given_up_work()
    seen = []
    for lane in Lane:
        mine = [one for one in waiting if one.lane == lane.value]
        oldest = int(max((one.oldest_seconds for one in mine), default=0))
        seen.append(LaneSeen(lane.value, sum(one.count for one in mine), oldest, aside.get(lane.value, 0)))
    return seen


def alarms_seen() -> list[tuple[Alarm, str, bool]]:
    """Return (alarm, what it means, whether somebody has to close it) of what is open, at most 50."""
    rows = Alarm.objects.filter(resolved_at=None).order_by("first_at")[:50]
    return [(one, str(MEANINGS.get(one.code, one.code)), one.code in CLOSED_BY_A_PERSON) for one in rows]


def checks() -> list[Looked]:
    """Return everything that is looked at, each with what to do where it is not well."""
    return [*_upkeep(), _address(), _key_file(), _clock(), _mail(), *_storage()]


def _upkeep() -> Iterator[Looked]:
    done, now = upkeep_by_chore(), timezone.now()
    told = {
        Chore.WORKER: (
            _("Worker and beat"),
            WORKER_SEEN_WITHIN,
            _("Start the worker and the beat, and read their log."),
        ),
        Chore.FSCK: (_("Last fsck"), FSCK_WITHIN, _("Run manage.py fsck every night.")),
        Chore.BACKUP: (
            _("Last backup told"),
            BACKUP_WITHIN,
            _("Make a backup, and put manage.py backup_made behind the command that makes it."),
        ),
    }
    for chore, (name, within, remedy) in told.items():
        last = done.get(chore)
        if last is None:
            yield Looked(name, "care", _("never"), remedy)
            continue
        age = now - last.at
        said = _("{minutes} minutes ago").format(minutes=int(age.total_seconds() // 60))
        if not last.well:
            yield Looked(name, "stop", said, _("It found breaches: run manage.py fsck and see to each of them."))
        else:
            yield Looked(name, "care" if age > within else "well", said, remedy if age > within else "")


def _address() -> Looked:
    name, public, canonical = _("Public address"), str(settings.PUBLIC_URL), canonical_base_url()
    if settings.IN_PRODUCTION and urlsplit(public).scheme != "https":
        return Looked(name, "stop", public, _("Set PUBLIC_URL to an address that begins with https://."))
    if public != canonical:
        remedy = _(
            "New certificates still carry {canonical}. If you have moved, run manage.py rehost with the new one."
        )
        return Looked(name, "care", public, remedy.format(canonical=canonical))
    return Looked(name, "well", public)


def _key_file() -> Looked:
    """Whether the worker can open keys: this process cannot, so the worker's own alarms tell."""
    name = _("Key-encryption key")
    if Alarm.objects.filter(code__in=KEY_ALARMS, resolved_at=None).exists():
        remedy = _(
            "See that the worker is given the file of the key, readable, and that it is the one that sealed the keys."
        )
        return Looked(name, "stop", _("the worker cannot open or make a key"), remedy)
    sealed = SigningKey.objects.filter(retired_at=None).order_by("kek_id").values_list("kek_id", flat=True)
    kinds = list(sealed.distinct()[:2])
    if len(kinds) > 1:
        return Looked(
            name, "care", _("keys in use are sealed by several"), _("Change the keys that an older one sealed.")
        )
    return Looked(name, "well", _("{id}… seals the keys in use").format(id=kinds[0][:8]) if kinds else _("no key yet"))


def _clock() -> Looked:
    """Whether this machine and the database tell the same time."""
    name = _("Clock")
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())" if _on_postgresql() else "SELECT unixepoch()")
        theirs = dt.datetime.fromtimestamp(float(cursor.fetchone()[0]), dt.UTC)
    apart = abs(timezone.now() - theirs)
    said = timezone.now().strftime("%Y-%m-%d %H:%M UTC")
    if apart > CLOCKS_APART:
        return Looked(
            name, "stop", said, _("Web server and database differ: let both take their time from the network.")
        )
    return Looked(name, "well", said)


def _mail() -> Looked:
    name, backend = _("Mail"), str(settings.EMAIL_BACKEND)
    if backend.endswith("dummy.EmailBackend"):
        return Looked(name, "stop", _("none is sent"), _("Set EMAIL_URL to your mail server."))
    if settings.DEMO_MAIL_DIR is not None and not settings.IN_PRODUCTION:
        return Looked(
            name,
            "care",
            _("mails lie in a folder of the demonstration"),
            _("Set EMAIL_URL before anybody waits for a letter."),
        )
    return Looked(name, "well", str(settings.DEFAULT_FROM_EMAIL))


def _storage() -> Iterator[Looked]:
    free = shutil.disk_usage(Path(settings.VAR_DIR)).free
    short = free < LEAST_FREE
    remedy = _("Make room: without any, nothing is awarded.") if short else ""
    yield Looked(_("Free on this machine's disk"), "stop" if short else "well", in_gigabytes(free), remedy)
    yield Looked(_("Database"), "well", in_gigabytes(_database_bytes()))


def _database_bytes() -> int:
    if not _on_postgresql():
        return Path(str(connection.settings_dict["NAME"])).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def space_of(organisation: Organisation) -> int | None:
    """Return about how many bytes an organisation's awards take, by the size of the tables; None where nobody can tell."""
    if not _on_postgresql():
        return None
    every = sum(StatusList.objects.values_list("next", flat=True))
    if not every:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name", [list(KEPT_TABLES)]
        )
        return int(cursor.fetchone()[0]) * places_given_out(organisation) // every


def stopped_issuers() -> list[Issuer]:
    """Return the issuers whose signing was stopped by a failed self-check, at most 50."""
    rows = Issuer.objects.filter(signing_stopped_at__isnull=False).select_related("organisation")
    return list(rows.order_by("signing_stopped_at")[:50])


def in_gigabytes(size: int) -> str:
    """Write a size for people: 12.4 GB, or MB below one."""
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / 1024**2:.0f} MB"


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"
