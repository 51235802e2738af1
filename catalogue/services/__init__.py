"""The catalogue's acts: one function, one act, one transaction."""

from catalogue.services.drafting import KeptDraft, begin_achievement, copy_achievement, keep_draft
from catalogue.services.editing import (
    AchievementOrder,
    create_achievement,
    edit_achievement,
    relate_achievements,
    revise_achievement,
    unrelate_achievements,
)
from catalogue.services.importing import EntryOutcome, ImportOutcome, import_entries
from catalogue.services.own_pictures import set_picture
from catalogue.services.publishing import (
    change_entry,
    plan_achievement,
    publish_achievement,
    retire_achievement,
    set_audience,
    set_policies,
)
from catalogue.services.signatories import SignatoryOrder, end_signatory, name_signatory
from catalogue.services.vocabularies import VocabularyOutcome, import_terms

__all__ = [
    "AchievementOrder",
    "EntryOutcome",
    "ImportOutcome",
    "KeptDraft",
    "SignatoryOrder",
    "VocabularyOutcome",
    "begin_achievement",
    "change_entry",
    "copy_achievement",
    "create_achievement",
    "edit_achievement",
    "end_signatory",
    "import_entries",
    "import_terms",
    "keep_draft",
    "name_signatory",
    "plan_achievement",
    "publish_achievement",
    "relate_achievements",
    "retire_achievement",
    "revise_achievement",
    "set_audience",
    "set_picture",
    "set_policies",
    "unrelate_achievements",
]
