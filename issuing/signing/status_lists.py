"""Publishing status lists: signed versions of what the database says, the newest of which counts."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from functools import partial
from itertools import chain, zip_longest

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from catalogue.models import AchievementVersion
from credentials.data_integrity import ProofOptions, add_proof
from credentials.status_lists import MIN_ENTRIES, encode_bits, status_list_credential
from credentials.strict_json import compact_json, parse_json_object
from issuing.models import (
    Award,
    PublishedStatusList,
    SignedDocument,
    StatementState,
    StatusChange,
    StatusList,
    StatusPurpose,
)
from issuing.models.awards import ENDED_OR_DECLINED
from issuing.selectors import method_of
from issuing.services.places import list_url
from issuing.signing.intents import Signature, current_key, signature_now
from issuing.way import ENDED
from registry.alarms import AlarmCode
from registry.errors import UnavailableError
from registry.fates import goes_well

TTL_SECONDS = 60
VALID_DAYS = 7
RENEWED_AFTER_HOURS = 24
KEPT_VERSIONS = 3
ATTEMPTS = 10


def publish_list(list_id: uuid.UUID) -> None:
    """Publish every purpose of a list whose bits changed, or whose last version grows old.

    Raises:
        NoKeyYetError, KeyUnavailableError, SigningNotHereError: it has to wait.
        UnavailableError: other publishers were faster again and again.
    """
    status_list = StatusList.objects.select_related("issuer").get(pk=list_id)
    for purpose in _purposes(status_list):
        for _attempt in range(ATTEMPTS):
            if _publish_next(status_list, purpose):
                break
        else:
            raise UnavailableError(code="list-contended")


def _purposes(status_list: StatusList) -> Iterable[StatusPurpose]:
    yield StatusPurpose.REVOCATION
    if AchievementVersion.objects.filter(achievement__issuer_id=status_list.issuer_id, suspendable=True).exists():
        yield StatusPurpose.SUSPENSION


def _publish_next(status_list: StatusList, purpose: StatusPurpose) -> bool:
    """Publish the next version unless nothing changed; False when somebody else published it meanwhile."""
    published = PublishedStatusList.objects.filter(list=status_list, purpose=purpose)
    # The number is read before the bits: whoever read older bits than a published version cannot take a later number.
    newest = published.order_by("-version").first()
    encoded = encode_bits(bits_of(status_list, purpose))
    due = timezone.now() - dt.timedelta(hours=RENEWED_AFTER_HOURS)
    if newest and newest.at >= due and _still_good(newest, encoded, status_list.issuer_id):
        return True
    text = _signed(status_list, purpose, encoded, signature_now(status_list.issuer_id))
    version = newest.version + 1 if newest else 1
    try:
        with transaction.atomic():
            PublishedStatusList.objects.create(
                list=status_list,
                purpose=purpose,
                version=version,
                document=text,
                etag=hashlib.sha256(text.encode()).hexdigest(),
                at=timezone.now(),
            )
            published.filter(version__lte=version - KEPT_VERSIONS).delete()
    except IntegrityError:
        return False
    return True


def _still_good(published: PublishedStatusList, encoded: str, issuer_id: uuid.UUID) -> bool:
    """Tell whether a list says what is so, under the key that signs now: a former one may be compromised."""
    document = parse_json_object(published.document)
    method = document["proof"][0]["verificationMethod"]
    return bool(
        document["credentialSubject"]["encodedList"] == encoded and method == method_of(current_key(issuer_id))
    )


def _signed(status_list: StatusList, purpose: StatusPurpose, encoded: str, signature: Signature) -> str:
    public_id = status_list.id if purpose == StatusPurpose.REVOCATION else status_list.suspension_id
    document = status_list_credential(
        list_id=list_url(status_list.base_url, public_id),
        issuer=status_list.issuer.did,
        purpose=purpose,
        encoded_list=encoded,
        valid_from=signature.created,
        valid_until=signature.created + dt.timedelta(days=VALID_DAYS),
        ttl_seconds=TTL_SECONDS,
    )
    options = ProofOptions(signature.method, signature.created)
    return compact_json(add_proof(document, signature.private_key, options))


def bits_of(status_list: StatusList, purpose: StatusPurpose) -> bytearray:
    """Return the list's bits as the database has them, the left-most bit first (Bitstring Status List §3.1)."""
    bits = bytearray(max(status_list.size, MIN_ENTRIES) // 8)
    for index in set_places(status_list, purpose):
        bits[index // 8] |= 0x80 >> index % 8
    return bits


def set_places(status_list: StatusList, purpose: StatusPurpose) -> set[int]:
    """Return the places whose bit is set.

    Beside revocations: places of awards that ended unsigned, of erased credentials and of statements that were withdrawn
    or refused, so that no document that might have left us stays good.
    """
    changes = StatusChange.objects.filter(credential__award__status_list=status_list, purpose=purpose).order_by("id")
    newest = dict(changes.values_list("credential__award__status_index", "value"))
    places = {index for index, value in newest.items() if value}
    if purpose == StatusPurpose.REVOCATION:
        awards = Award.objects.filter(status_list=status_list)
        # By a partial index each: what is looked at is what ended, not every award of the list.
        ended = awards.filter(ENDED_OR_DECLINED, state__in=ENDED).values_list("status_index", flat=True)
        erased = awards.filter(credential__erased_at__isnull=False).values_list("status_index", flat=True)
        places.update(chain(ended, erased, _ended_statements(status_list)))
    return places


def _ended_statements(status_list: StatusList) -> Iterable[int]:
    """Return the places of statements that were withdrawn, or refused when they were to be signed."""
    ended = Q(withdrawn_at__isnull=False) | Q(state=StatementState.REFUSED)
    places = SignedDocument.objects.filter(ended, status_list=status_list).values_list("status_index", flat=True)
    return (place for place in places if place is not None)


def ensure_published(list_ids: Iterable[uuid.UUID]) -> None:
    """Publish lists that never were, before the first credential that names them appears."""
    wanted = set(list_ids)
    known = PublishedStatusList.objects.filter(list_id__in=wanted, purpose=StatusPurpose.REVOCATION)
    for list_id in wanted - set(known.values_list("list_id", flat=True)):
        publish_list(list_id)


def renew_lists(*, until: dt.datetime) -> None:
    """Publish again the lists that grow old, issuers in turn, until a moment is reached; the next nudge goes on.

    An issuer whose key cannot be opened is passed over, and a list that cannot be published: each is told, and nobody
    else's list waits for it.
    """
    lists = [
        own
        for issuer_id, own in lists_growing_old().items()
        if goes_well(partial(signature_now, issuer_id), alarm=AlarmCode.CANNOT_SIGN, subject=f"issuer:{issuer_id}")
    ]
    for list_id in chain.from_iterable(zip_longest(*lists)):
        if timezone.now() >= until:
            return
        if list_id is not None:
            goes_well(partial(publish_list, list_id), alarm=AlarmCode.LIST_NOT_RENEWED, subject=f"list:{list_id}")


def lists_growing_old() -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return {issuer: its lists whose newest version should be renewed, well before it ends}."""
    limit = timezone.now() - dt.timedelta(hours=RENEWED_AFTER_HOURS)
    fresh = PublishedStatusList.objects.filter(at__gte=limit, purpose=StatusPurpose.REVOCATION)
    published = PublishedStatusList.objects.values("list_id")
    old = StatusList.objects.filter(pk__in=published).exclude(pk__in=fresh.values("list_id"))
    lists: dict[uuid.UUID, list[uuid.UUID]] = {}
    for list_id, issuer_id in old.order_by("opened_at", "pk").values_list("pk", "issuer_id"):
        lists.setdefault(issuer_id, []).append(list_id)
    return lists
