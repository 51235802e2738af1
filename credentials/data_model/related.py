"""Related resources: what a credential points to, with the digest it had at issuance (VCDM 5.3)."""

import base64
import binascii
import hashlib
import hmac
from typing import Any

from credentials.contexts import CONTEXT_SHA256, context_bytes
from credentials.data_model.json_members import as_list, check_id
from credentials.errors import DataModelError, KeyFormatError
from credentials.multikey import decode_base58, decode_base64url
from credentials.strict_json import JsonObject

_SRI_DIGESTS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_SHA256_HEADER = b"\x12\x20"
_MULTIHASH_DIGESTS = {_SHA256_HEADER: hashlib.sha256, b"\x20\x30": hashlib.sha384}


def check_related_resources(document: JsonObject) -> None:
    """Check the form of `relatedResource`, and the digests of those that are frozen contexts.

    Raises:
        DataModelError: no id, the same id twice, no digest, or a digest that does not fit.

    Source: https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources
    """
    seen: set[str] = set()
    for resource in as_list(document.get("relatedResource", [])):
        if not isinstance(resource, dict):
            raise DataModelError("/relatedResource: not an object")
        check_id(resource, "/relatedResource", required=True)
        if resource["id"] in seen:
            raise DataModelError("/relatedResource: the same id twice")
        seen.add(resource["id"])
        if not {"digestSRI", "digestMultibase"} & set(resource):
            raise DataModelError("/relatedResource: no digest")
        if resource["id"] in CONTEXT_SHA256:
            check_related_resource(resource, context_bytes(resource["id"]))


def check_related_resource(resource: JsonObject, content: bytes) -> None:
    """Compare the digests of a `relatedResource` entry with the content it points to.

    Raises:
        DataModelError: a digest of an unknown form, or one that does not fit.
    """
    for value in as_list(resource.get("digestSRI", [])):
        _check_sri(value, content)
    for value in as_list(resource.get("digestMultibase", [])):
        _check_multibase(value, content)


def _check_sri(value: Any, content: bytes) -> None:
    """Compare with a Subresource Integrity digest: `sha384-` and base64."""
    name, _, text = str(value).partition("-")
    if name not in _SRI_DIGESTS:
        raise DataModelError("/relatedResource/digestSRI: not sha256, sha384 or sha512")
    expected = base64.b64encode(_SRI_DIGESTS[name](content).digest()).decode()
    if not hmac.compare_digest(text.encode(), expected.encode()):
        raise DataModelError("/relatedResource/digestSRI: the resource has changed")


def _check_multibase(value: Any, content: bytes) -> None:
    """Compare with a multibase digest in base58btc or base64url: a multihash, or the 32 bytes of a bare SHA-256.

    Published documents carry both (VCDM 2.0 §5.3 leaves the algorithm to the reader's knowledge); only one that fits
    is believed, so reading the bare form opens nothing.
    """
    try:
        decode = {"z": decode_base58, "u": decode_base64url}[str(value)[:1]]
        multihash = decode(str(value)[1:])
    except (KeyError, KeyFormatError, ValueError, binascii.Error) as error:
        raise DataModelError("/relatedResource/digestMultibase: not multibase") from error
    if len(multihash) == hashlib.sha256().digest_size:
        multihash = _SHA256_HEADER + multihash
    digest = _MULTIHASH_DIGESTS.get(multihash[:2])
    if digest is None or digest(content).digest() != multihash[2:]:
        raise DataModelError("/relatedResource/digestMultibase: the resource has changed")
