"""The words for every verdict and every check, in the reader's language."""

from verification.wording.checks import CHECKS, CheckWording, check_sentence, outcome_word
from verification.wording.choosing import MEANT_FOR_ALL, meaning_of, wording_of
from verification.wording.variants import KINDS
from verification.wording.verdicts import WORDING, Wording

__all__ = [
    "CHECKS",
    "KINDS",
    "MEANT_FOR_ALL",
    "WORDING",
    "CheckWording",
    "Wording",
    "check_sentence",
    "meaning_of",
    "outcome_word",
    "wording_of",
]
