"""Results about our own bytes, kept by the digest of those bytes: one changed character is another digest."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

from credentials.strict_json import compact_json
from verification.checks import Problem
from verification.isolated import WorkBound, canonicaliser, read_document

T = TypeVar("T")
KEPT = 512


class ByDigest(Generic[T]):
    """The newest results by SHA-256 of what they were computed from; the oldest are forgotten."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._results: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def get(self, data: str, compute: Callable[[], T]) -> T:
        """Return the result for exactly this text, computing it where it is not at hand."""
        key = hashlib.sha256(data.encode("utf-8", errors="surrogatepass")).digest()
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = compute()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self._kept:
                self._results.popitem(last=False)
        return result


_READINGS: ByDigest[Problem | None] = ByDigest()
_FORMS: ByDigest[str] = ByDigest()


def kept_reading(text: str, document: dict[str, Any], bound: WorkBound) -> Problem | None:
    """Judge a document of ours by its standard; raises UnfinishedError."""
    return _READINGS.get(text, lambda: read_document(document, bound))


def kept_canonicaliser(bound: WorkBound) -> Callable[[dict[str, Any]], str]:
    """Return a canonicaliser for documents of ours; raises UnfinishedError and errors of the trust core."""
    canonical = canonicaliser(bound)

    def kept(document: dict[str, Any]) -> str:
        return _FORMS.get(compact_json(document), lambda: canonical(document))

    return kept
