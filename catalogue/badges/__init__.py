"""Badge images, drawn from published facts (docs/reference.md, images)."""

from catalogue.badges.drawing import INKS, SAMPLE_NOTICE, BadgeFacts, badge_svg
from catalogue.badges.pictures import badge_png

__all__ = ["INKS", "SAMPLE_NOTICE", "BadgeFacts", "badge_png", "badge_svg"]
