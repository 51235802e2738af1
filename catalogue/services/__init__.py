"""The catalogue's acts: one function, one act, one transaction."""

from catalogue.services.editing import AchievementOrder, create_achievement, edit_achievement, relate_achievements
from catalogue.services.importing import ImportOutcome, RowOutcome, import_entries
from catalogue.services.publishing import plan_achievement, publish_achievement, retire_achievement

__all__ = [
    "AchievementOrder",
    "ImportOutcome",
    "RowOutcome",
    "create_achievement",
    "edit_achievement",
    "import_entries",
    "plan_achievement",
    "publish_achievement",
    "relate_achievements",
    "retire_achievement",
]
