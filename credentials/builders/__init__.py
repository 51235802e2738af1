"""Builders of Open Badges 3.0 documents by version: the same facts give the same document for ever.

An award keeps the number of the builder that it was accepted under; signing, page, verification and fsck ask for that one.
"""

from typing import Final

from credentials.builders import v1, v2
from credentials.builders.builder import Builder, CredentialWriter, Shape
from credentials.errors import UnknownBuilderError

CURRENT: Final = v2.BUILDER
"""What new awards are accepted under."""

_BUILDERS: Final = {builder.version: builder for builder in (v1.BUILDER, v2.BUILDER)}


def builder_of(version: int) -> Builder:
    """Return the builder of an award.

    Raises:
        UnknownBuilderError: this release does not have it; a later one accepted the award.
    """
    builder = _BUILDERS.get(version)
    if builder is None:
        raise UnknownBuilderError(version)
    return builder


__all__ = ["CURRENT", "Builder", "CredentialWriter", "Shape", "builder_of"]
