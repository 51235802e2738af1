"""The tables of issuing."""

from issuing.models.applications import WAITING, Application, ApplicationState
from issuing.models.approvals import (
    ON_REQUEST,
    WAITED_FOR,
    Approval,
    ApprovalAsked,
    ApprovalKind,
    ApprovalPolicy,
    Decision,
)
from issuing.models.awards import (
    Award,
    AwardState,
    Credential,
    DailyCount,
    Measure,
    SourceKind,
    StatusChange,
    StatusReason,
    Wrapping,
)
from issuing.models.batches import FIRST_ROW_OF_FILES, Batch, BatchFile, BatchState, ColumnMapping, ResultsFile
from issuing.models.bulk_changes import BulkChange, BulkChangeItem, ChangeFate, ChangeKind, ChangeState, FileNote
from issuing.models.exported_lists import Export, ExportFormat, ExportPart, ExportState
from issuing.models.joined_records import LearnerMerge
from issuing.models.keys import (
    KeyKind,
    PublishedStatusList,
    SigningKey,
    StatusList,
    StatusPurpose,
)
from issuing.models.letters import (
    FIRST_LETTERS,
    Addressee,
    BounceKind,
    ClaimLinkWithdrawal,
    Letter,
    LetterKind,
    LetterState,
)
from issuing.models.mail_identities import MailIdentity, OwnParagraph
from issuing.models.statements import SignedDocument, StatementKind, StatementState
from issuing.models.trials import Trial, TrialIssuer

__all__ = [
    "FIRST_LETTERS",
    "FIRST_ROW_OF_FILES",
    "ON_REQUEST",
    "WAITED_FOR",
    "WAITING",
    "Addressee",
    "Application",
    "ApplicationState",
    "Approval",
    "ApprovalAsked",
    "ApprovalKind",
    "ApprovalPolicy",
    "Award",
    "AwardState",
    "Batch",
    "BatchFile",
    "BatchState",
    "BounceKind",
    "BulkChange",
    "BulkChangeItem",
    "ChangeFate",
    "ChangeKind",
    "ChangeState",
    "ClaimLinkWithdrawal",
    "ColumnMapping",
    "Credential",
    "DailyCount",
    "Decision",
    "Export",
    "ExportFormat",
    "ExportPart",
    "ExportState",
    "FileNote",
    "KeyKind",
    "LearnerMerge",
    "Letter",
    "LetterKind",
    "LetterState",
    "MailIdentity",
    "Measure",
    "OwnParagraph",
    "PublishedStatusList",
    "ResultsFile",
    "SignedDocument",
    "SigningKey",
    "SourceKind",
    "StatementKind",
    "StatementState",
    "StatusChange",
    "StatusList",
    "StatusPurpose",
    "StatusReason",
    "Trial",
    "TrialIssuer",
    "Wrapping",
]
