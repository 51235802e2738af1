"""Stencils by key, and the signer that a chunk of awards goes through."""

from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.builders import CredentialWriter, Shape, builder_of
from credentials.documents import AwardFacts
from credentials.signers import ManySigner
from credentials.stencils.stencil import CredentialStencil, Fills, SignedText

KEPT: Final = 1_000


def stencil_key(writer: CredentialWriter, shape: Shape) -> bytes:
    """Return the SHA-256 over all that a stencil depends on: builder, facts, language and shape."""
    # repr of frozen dataclasses, tuples, text and decimals is exact and names every field
    return sha256(repr((writer.version, writer.issuer, writer.achievement, shape)).encode()).digest()


class _StencilCache:
    """The last `KEPT` stencils used; two threads may compile the same one, with equal results."""

    def __init__(self) -> None:
        self._stencils: OrderedDict[bytes, CredentialStencil] = OrderedDict()
        self._lock = Lock()

    def get(self, writer: CredentialWriter, shape: Shape) -> CredentialStencil:
        key = stencil_key(writer, shape)
        with self._lock:
            if key in self._stencils:
                self._stencils.move_to_end(key)
                return self._stencils[key]
        stencil = CredentialStencil(writer, shape)
        with self._lock:
            self._stencils[key] = stencil
            if len(self._stencils) > KEPT:
                self._stencils.popitem(last=False)
        return stencil


_CACHE: Final = _StencilCache()


def compiled_stencil(writer: CredentialWriter, shape: Shape) -> CredentialStencil:
    """Return the stencil of a shape, compiled at first use; the last 1,000 used are kept.

    Raises:
        StencilError: a trial fill differed from the general path.
        DataModelError: issuer, achievement and shape do not go together.
    """
    return _CACHE.get(writer, shape)


class StencilSigner:
    """Signs the awards of one achievement version with one key and one signing intent: a chunk.

    Looks a stencil up by shape alone, which costs less than the key over all facts.
    """

    def __init__(
        self,
        writer: CredentialWriter,
        *,
        private_key: Ed25519PrivateKey,
        verification_method: str,
        created: datetime,
    ) -> None:
        self._writer, self._builder = writer, builder_of(writer.version)
        self._signer = ManySigner(private_key)
        self._verification_method, self._created = verification_method, created
        self._stencils: dict[Shape, CredentialStencil] = {}
        self.fills = Fills()

    def sign(self, award: AwardFacts) -> SignedText:
        """Return the signed document of one award.

        Raises:
            StencilError: a stencil cannot be trusted.
            DataModelError: the award does not go with the achievement.
        """
        shape = self._builder.shape_of(award)
        stencil = self._stencils.get(shape)
        if stencil is None:
            stencil = compiled_stencil(self._writer, shape)
            self._stencils[shape] = stencil
        signed = stencil.sign_same_shape(award, self._signer, self._verification_method, self._created)
        if signed.by_stencil:
            self.fills.by_stencil += 1
        else:
            self.fills.by_general_path += 1
        return signed
