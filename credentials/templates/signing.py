"""Templates by key, and the signer that a chunk of awards goes through."""

from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.builders import CredentialWriter, Shape, builder_of
from credentials.documents import AwardFacts
from credentials.signers import ManySigner
from credentials.templates.template import CredentialTemplate, Fills, SignedText

KEPT: Final = 1_000


def template_key(writer: CredentialWriter, shape: Shape) -> bytes:
    """Return the SHA-256 over all that a template depends on: builder, facts, language and shape."""
    # repr of frozen dataclasses, tuples, text and decimals is exact and names every field
    return sha256(repr((writer.version, writer.issuer, writer.achievement, shape)).encode()).digest()


class _TemplateCache:
    """The last `KEPT` templates used; two threads may compile the same one, with equal results."""

    def __init__(self) -> None:
        self._templates: OrderedDict[bytes, CredentialTemplate] = OrderedDict()
        self._lock = Lock()

    def get(self, writer: CredentialWriter, shape: Shape) -> CredentialTemplate:
        key = template_key(writer, shape)
        with self._lock:
            if key in self._templates:
                self._templates.move_to_end(key)
                return self._templates[key]
        template = CredentialTemplate(writer, shape)
        with self._lock:
            self._templates[key] = template
            if len(self._templates) > KEPT:
                self._templates.popitem(last=False)
        return template


_CACHE: Final = _TemplateCache()


def compiled_template(writer: CredentialWriter, shape: Shape) -> CredentialTemplate:
    """Return the template of a shape, compiled at first use; the last 1,000 used are kept.

    Raises:
        TemplateError: a trial fill differed from the general path.
        DataModelError: issuer, achievement and shape do not go together.
    """
    return _CACHE.get(writer, shape)


class TemplateSigner:
    """Signs the awards of one achievement version with one key and one signing intent: a chunk.

    Looks a template up by shape alone, which costs less than the key over all facts.
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
        self._templates: dict[Shape, CredentialTemplate] = {}
        self.fills = Fills()

    def sign(self, award: AwardFacts) -> SignedText:
        """Return the signed document of one award.

        Raises:
            TemplateError: a template cannot be trusted.
            DataModelError: the award does not go with the achievement.
        """
        shape = self._builder.shape_of(award)
        template = self._templates.get(shape)
        if template is None:
            template = compiled_template(self._writer, shape)
            self._templates[shape] = template
        signed = template.sign_same_shape(award, self._signer, self._verification_method, self._created)
        if signed.by_template:
            self.fills.by_template += 1
        else:
            self.fills.by_general_path += 1
        return signed
