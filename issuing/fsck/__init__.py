"""The invariants N1-N8 on live data, read by code that shares nothing with the code that wrote it.

N1 every acknowledged award ends as exactly one signed credential · N2 no place in a status list is used twice ·
N3 nothing acknowledged is lost, and what is counted is there · N4 every stored credential is what was fixed and verifies · N5 the database and
the published lists agree · N6 no credential without an authorised, audited award · N7 the audit chain is
unbroken · N8 no row reaches across organisations.
"""

from issuing.fsck.breaches import Breach
from issuing.fsck.run import INVARIANTS, check_everything

__all__ = ["INVARIANTS", "Breach", "check_everything"]
