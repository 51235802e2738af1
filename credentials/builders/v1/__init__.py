"""Builder 1, frozen: documents that it made are made again from their facts, so nothing here may change.

All that decides what stands in a document lies in this package; `tests/credentials/test_builder_1.py` keeps the digest of
its documents and of its words. A later builder copies what it goes on using.
"""

from credentials.builders.builder import Builder
from credentials.builders.v1.documents import VERSION, CredentialWriter, achievement_document
from credentials.builders.v1.entries import achievement_facts, issuer_facts
from credentials.builders.v1.entry_words import LANGUAGES, SAMPLE_NOTICE
from credentials.builders.v1.inventing import invented_award
from credentials.builders.v1.shapes import shape_of, slot_values

BUILDER = Builder(
    version=VERSION,
    languages=LANGUAGES,
    sample_notice=SAMPLE_NOTICE,
    issuer_facts=issuer_facts,
    achievement_facts=achievement_facts,
    writer=CredentialWriter,
    achievement_document=achievement_document,
    shape_of=shape_of,
    slot_values=slot_values,
    invented_award=invented_award,
)
