"""The catalogue's acts: one function, one act, one transaction."""

from catalogue.services.editing import (
    AchievementOrder,
    create_achievement,
    edit_achievement,
    relate_achievements,
    revise_achievement,
)
from catalogue.services.importing import EntryOutcome, ImportOutcome, import_entries
from catalogue.services.publishing import (
    change_entry,
    plan_achievement,
    publish_achievement,
    retire_achievement,
    set_audience,
)
from catalogue.services.vocabularies import VocabularyOutcome, import_terms

__all__ = [
    "AchievementOrder",
    "EntryOutcome",
    "ImportOutcome",
    "VocabularyOutcome",
    "change_entry",
    "create_achievement",
    "edit_achievement",
    "import_entries",
    "import_terms",
    "plan_achievement",
    "publish_achievement",
    "relate_achievements",
    "retire_achievement",
    "revise_achievement",
    "set_audience",
]
