"""One compiled stencil: sign and verify the documents of one shape without expanding JSON-LD."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credentials.builders import CredentialWriter, Shape, builder_of
from credentials.canonical import canonical_nquads
from credentials.data_integrity import ProofOptions, add_proof, proof_configuration
from credentials.documents import AwardFacts
from credentials.errors import KeyFormatError, StencilError
from credentials.multikey import decode_base58
from credentials.signers import ManySigner
from credentials.stencils.base58 import encode_signature
from credentials.stencils.compiling import Layout, compile_shape
from credentials.stencils.escaping import escaped_values
from credentials.strict_json import compact_json


class SignedText(NamedTuple):
    """A signed document as it is stored: its text, the text's SHA-256 in hexadecimal, and how it was made."""

    text: str
    sha256: str
    by_stencil: bool


@dataclass(slots=True)
class Fills:
    """How often stencils were filled, and how often the general path had to do it."""

    by_stencil: int = 0
    by_general_path: int = 0


class CredentialStencil:
    """The documents of one builder, issuer profile, achievement version and shape.

    Immutable but for its counters; keeps no key.
    """

    def __init__(self, writer: CredentialWriter, shape: Shape) -> None:
        """Compile; raises StencilError where a trial fill differs from the general path."""
        self.shape = shape
        self.fills = Fills()
        self._writer, self._builder = writer, builder_of(writer.version)
        self._compiled = compile_shape(writer, shape)
        self._contexts = tuple(self._compiled.contexts)

    def sign(
        self,
        award: AwardFacts,
        *,
        private_key: Ed25519PrivateKey,
        verification_method: str,
        created: datetime,
    ) -> SignedText:
        """Return the signed document of one award.

        Blank nodes that look alike are left to the general path; the result is then the same, only slower.

        Raises:
            StencilError: the award has another shape.
        """
        if self._builder.shape_of(award) != self.shape:
            raise StencilError("the award has another shape than the stencil")
        return self.sign_same_shape(award, ManySigner(private_key), verification_method, created)

    def sign_same_shape(
        self,
        award: AwardFacts,
        signer: ManySigner,
        verification_method: str,
        created: datetime,
    ) -> SignedText:
        """Sign as `sign` does, for a caller who found this stencil by the award's own shape."""
        head, values = self._filled(award)
        if head is None:
            options = ProofOptions(verification_method, created)
            return self._sign_generally(award, signer.private_key, options)
        self.fills.by_stencil += 1
        proof = _proof_parts(verification_method, created, self._contexts)
        value = encode_signature(signer.sign(proof.digest + sha256(head).digest()))
        text = b"".join((self._compiled.text.fill(values), proof.before, value, proof.after))
        return SignedText(text.decode(), sha256(text).hexdigest(), by_stencil=True)

    def verify(
        self,
        text: str,
        award: AwardFacts,
        *,
        public_key: Ed25519PublicKey,
        verification_method: str,
        created: datetime,
    ) -> bool:
        """Tell whether `text` is, byte for byte, the document of these facts with a valid signature.

        False says only that this was not shown: a text that differs, or facts that need the general path,
        have to be checked like anybody else's document.

        Raises:
            StencilError: the award has another shape.
        """
        if self._builder.shape_of(award) != self.shape:
            raise StencilError("the award has another shape than the stencil")
        head, values = self._filled(award)
        proof = _proof_parts(verification_method, created, self._contexts)
        start = (self._compiled.text.fill(values) + proof.before).decode()
        end = proof.after.decode()
        if head is None or not text.startswith(start) or not text.endswith(end):
            return False
        try:
            signature = decode_base58(text[len(start) : -len(end)])
            public_key.verify(signature, proof.digest + sha256(head).digest())
        except (KeyFormatError, InvalidSignature):
            return False
        return True

    @property
    def layout(self) -> Layout | None:
        """The layout that is filled; None where blank nodes can be told apart by the general path alone."""
        return self._compiled.layout

    def canonical_nquads(self, award: AwardFacts) -> str | None:
        """Return the unsigned document's canonical n-quads; None where only the general path can tell.

        `award` has this stencil's shape.
        """
        head, _ = self._filled(award)
        return None if head is None else head.decode()

    def _filled(self, award: AwardFacts) -> tuple[bytes | None, list[bytes]]:
        quads, texts = escaped_values(*self._builder.slot_values(award))
        layout = self._compiled.layout
        return (None if layout is None else layout.fill(quads)), texts

    def _sign_generally(self, award: AwardFacts, private_key: Ed25519PrivateKey, options: ProofOptions) -> SignedText:
        self.fills.by_general_path += 1
        document = self._writer.build(award)
        text = compact_json(add_proof(document, private_key, options))
        return SignedText(text, sha256(text.encode()).hexdigest(), by_stencil=False)


class _ProofParts(NamedTuple):
    """All of a proof but its value: the hash of the configuration, and the text around the value."""

    digest: bytes
    before: bytes
    after: bytes


# One chunk of awards shares its signing intent, so the configuration is canonicalised once per chunk.
@lru_cache(maxsize=256)
def _proof_parts(verification_method: str, created: datetime, contexts: tuple[str, ...]) -> _ProofParts:
    configuration = proof_configuration(ProofOptions(verification_method, created), list(contexts))
    digest = sha256(canonical_nquads(configuration).encode()).digest()
    proof = {name: value for name, value in configuration.items() if name != "@context"}
    members = compact_json(proof).removesuffix("}")
    return _ProofParts(digest, f',"proof":[{members},"proofValue":"z'.encode(), b'"}]}')
