"""The check of a signed text that shares nothing with the stencil that made it."""

from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials.builders import CredentialWriter, builder_of
from credentials.canonical import canonical_nquads
from credentials.documents import AwardFacts
from credentials.errors import KeyFormatError, StencilError
from credentials.multikey import decode_base58
from credentials.strict_json import JsonObject, compact_json, parse_json_object


def check_facts(text: str, writer: CredentialWriter, award: AwardFacts) -> JsonObject:
    """Parse a signed text again and compare it with the facts it was made from; return it parsed.

    Of `writer` nothing counts but its facts and its builder's number: the document is made anew.

    Raises:
        StencilError: the text says something else than the facts.
        MalformedError: the text is not strict JSON.
    """
    document = parse_json_object(text)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    if unsigned != builder_of(writer.version).build(writer.issuer, writer.achievement, award):
        raise StencilError("a signed text differs from its facts")
    return document


def check_independently(
    text: str, writer: CredentialWriter, award: AwardFacts, *, public_key: Ed25519PublicKey
) -> None:
    """Check a signed text as a stranger would: parse it, canonicalise it generally, verify the signature.

    Meant for the first document of each chunk and one in 200; on an error the issuer's signing has to stop.

    Raises:
        StencilError: the text differs from its facts, or its signature is not that of its canonical form.
        MalformedError: the text is not strict JSON.
    """
    document = check_facts(text, writer, award)
    try:
        (proof,) = document.pop("proof")
        value = proof.pop("proofValue")
        configuration = {"@context": document["@context"], **proof}
        signature = decode_base58(value.removeprefix("z"))
        public_key.verify(signature, _configuration_digest(compact_json(configuration)) + _digest(document))
    except (KeyError, TypeError, ValueError, KeyFormatError, InvalidSignature) as error:
        raise StencilError("a signed text does not verify on the general path") from error


def _digest(document: JsonObject) -> bytes:
    return sha256(canonical_nquads(document, engine="oxigraph").encode()).digest()


# A chunk's proofs differ in nothing but their values: one configuration, canonicalised once.
@lru_cache(maxsize=64)
def _configuration_digest(configuration: str) -> bytes:
    return _digest(parse_json_object(configuration))
