"""The acts of issuing: one function, one act, one transaction."""

from issuing.services.answering import decline_application, grant_application, grant_applications, grant_chosen
from issuing.services.applying import ApplicationOrder, apply_for, forget_requests, withdraw_application
from issuing.services.approving import Decided, RecordedDecision, approve_awards, refuse_awards
from issuing.services.awarding import award_achievement, file_refusal_of
from issuing.services.basis import mandate_missing, unmandated_bodies
from issuing.services.batch_reports import kind_of_fault, reported_groups, reported_rows
from issuing.services.batches import award_batch
from issuing.services.changing_many import (
    ChangeOrder,
    approve_change,
    cancel_change,
    confirm_change,
    draft_change,
)
from issuing.services.claiming import accept_award, advance_due, decline_award
from issuing.services.columns import ColumnUse, column_uses, layout_name, mapping_for, revise_batch
from issuing.services.drafts import (
    AT_WORK,
    MAKER_LEFT,
    MANDATE_OVER,
    STOPPED_ON_THEIR_DAY,
    BatchOrder,
    FileKind,
    cancel_batch,
    confirm_batch,
    forget_files,
    make_batch,
)
from issuing.services.exporting import ExportOrder, ask_export, forget_exports, take_export, write_export
from issuing.services.failed_rows import failed_rows_of
from issuing.services.handing_over import hand_over
from issuing.services.holders import Merged, link_holder, merge_learners, verify_identifier
from issuing.services.kept_rows import dump_rows
from issuing.services.key_requests import (
    mark_key_compromised,
    request_key_rotation,
    resume_signing,
)
from issuing.services.leaving import WorkLeft, approvals_waiting_for, work_left_by
from issuing.services.letters import ask_for_claim_link, record_bounce, send_claim_link, withdraw_claim_link
from issuing.services.mail_identity import MailIdentityOrder, checked_identity, example_letter, set_mail_identity
from issuing.services.mail_logo import set_mail_logo
from issuing.services.options import DUPLICATES, ON_ERROR, BatchOptions
from issuing.services.orders import (
    AwardOrder,
    BatchOutcome,
    BatchRow,
    EvidenceOrder,
    GroundOrder,
    ResultOrder,
    RowOutcome,
)
from issuing.services.policies import ApprovalOrder, asked_at, kinds_asked, set_approval, takes_requests
from issuing.services.previewing import AwardPreview, preview_award
from issuing.services.previews import read_as
from issuing.services.readdressing import address_given, correct_address, print_claim_link
from issuing.services.reminding import remind_unclaimed
from issuing.services.restating import Correction, correct_credential, facts_as_ordered, sign_again
from issuing.services.restoring import ClosedList, close_open_lists
from issuing.services.results_files import Decision as ResultsDecision
from issuing.services.results_files import ResultsOrder, decide_results, make_results
from issuing.services.running import run_batch
from issuing.services.running_changes import fates_of, run_change
from issuing.services.settling import settle_decision
from issuing.services.signing_again import draft_signing_again
from issuing.services.statements import (
    EndorsementOrder,
    PresentationOrder,
    ReportOrder,
    forget_presentations,
    request_endorsement,
    request_presentation,
    request_release,
    request_report,
    request_statement,
    withdraw_statement,
)
from issuing.services.status import (
    cancel_award,
    is_suspended,
    reinstate_credential,
    revoke_credential,
    send_now,
    supersede_credential,
    suspend_credential,
)
from issuing.services.tables import rows_of_table
from issuing.services.taking_out import refuse_rows
from issuing.services.trying import MOST_STANDING as MOST_TRIALS
from issuing.services.trying import forget_trials, try_award
from issuing.services.undoing import end_wait, same_file_under_way, send_batch, undo_batch, waits_until
from issuing.services.unmerging import may_be_undone, undo_merge

__all__ = [
    "AT_WORK",
    "DUPLICATES",
    "MAKER_LEFT",
    "MANDATE_OVER",
    "MOST_TRIALS",
    "ON_ERROR",
    "STOPPED_ON_THEIR_DAY",
    "ApplicationOrder",
    "ApprovalOrder",
    "AwardOrder",
    "AwardPreview",
    "BatchOptions",
    "BatchOrder",
    "BatchOutcome",
    "BatchRow",
    "ChangeOrder",
    "ClosedList",
    "ColumnUse",
    "Correction",
    "Decided",
    "EndorsementOrder",
    "EvidenceOrder",
    "ExportOrder",
    "FileKind",
    "GroundOrder",
    "MailIdentityOrder",
    "Merged",
    "PresentationOrder",
    "RecordedDecision",
    "ReportOrder",
    "ResultOrder",
    "ResultsDecision",
    "ResultsOrder",
    "RowOutcome",
    "WorkLeft",
    "accept_award",
    "address_given",
    "advance_due",
    "apply_for",
    "approvals_waiting_for",
    "approve_awards",
    "approve_change",
    "ask_export",
    "ask_for_claim_link",
    "asked_at",
    "award_achievement",
    "award_batch",
    "cancel_award",
    "cancel_batch",
    "cancel_change",
    "checked_identity",
    "close_open_lists",
    "column_uses",
    "confirm_batch",
    "confirm_change",
    "correct_address",
    "correct_credential",
    "decide_results",
    "decline_application",
    "decline_award",
    "draft_change",
    "draft_signing_again",
    "dump_rows",
    "end_wait",
    "example_letter",
    "facts_as_ordered",
    "failed_rows_of",
    "fates_of",
    "file_refusal_of",
    "forget_exports",
    "forget_files",
    "forget_presentations",
    "forget_requests",
    "forget_trials",
    "grant_application",
    "grant_applications",
    "grant_chosen",
    "hand_over",
    "is_suspended",
    "kind_of_fault",
    "kinds_asked",
    "layout_name",
    "link_holder",
    "make_batch",
    "make_results",
    "mandate_missing",
    "mapping_for",
    "mark_key_compromised",
    "may_be_undone",
    "merge_learners",
    "preview_award",
    "print_claim_link",
    "read_as",
    "record_bounce",
    "refuse_awards",
    "refuse_rows",
    "reinstate_credential",
    "remind_unclaimed",
    "reported_groups",
    "reported_rows",
    "request_endorsement",
    "request_key_rotation",
    "request_presentation",
    "request_release",
    "request_report",
    "request_statement",
    "resume_signing",
    "revise_batch",
    "revoke_credential",
    "rows_of_table",
    "run_batch",
    "run_change",
    "same_file_under_way",
    "send_batch",
    "send_claim_link",
    "send_now",
    "set_approval",
    "set_mail_identity",
    "set_mail_logo",
    "settle_decision",
    "sign_again",
    "supersede_credential",
    "suspend_credential",
    "take_export",
    "takes_requests",
    "try_award",
    "undo_batch",
    "undo_merge",
    "unmandated_bodies",
    "verify_identifier",
    "waits_until",
    "withdraw_application",
    "withdraw_claim_link",
    "withdraw_statement",
    "work_left_by",
    "write_export",
]
