"""Builder 2: times with the offset of the place where they were counted, typed values, numbers and country of the issuer.

Frozen like builder 1 from its first release on: `tests/credentials/test_frozen_builders.py` keeps its digests.
"""

from credentials.builders.builder import Builder
from credentials.builders.v2.documents import VERSION, CredentialWriter, achievement_document
from credentials.builders.v2.entries import achievement_facts, issuer_facts
from credentials.builders.v2.entry_words import LANGUAGES, SAMPLE_NOTICE
from credentials.builders.v2.inventing import invented_award
from credentials.builders.v2.shapes import shape_of, slot_values

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
