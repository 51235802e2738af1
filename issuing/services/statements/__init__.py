"""Acts on signed statements: the asking room fixes the facts and the id, the worker signs.

A statement that was asked for is signed or refused, never tried for ever; both are told by its row.
"""

from issuing.services.statements.asking import request_statement
from issuing.services.statements.endorsing import EndorsementOrder, request_endorsement
from issuing.services.statements.presenting import PresentationOrder, forget_presentations, request_presentation
from issuing.services.statements.releasing import office_of, request_release
from issuing.services.statements.reporting import ReportOrder, request_report
from issuing.services.statements.withdrawing import withdraw_statement

__all__ = [
    "EndorsementOrder",
    "PresentationOrder",
    "ReportOrder",
    "forget_presentations",
    "office_of",
    "request_endorsement",
    "request_presentation",
    "request_release",
    "request_report",
    "request_statement",
    "withdraw_statement",
]
