"""Badge images, drawn from published facts (docs/reference.md, images)."""

from catalogue.badges.drawing import INKS, PIXELS, SAMPLE_NOTICE, BadgeFacts, badge_svg
from catalogue.badges.pictures import SMALL_PIXELS, badge_png, small_picture

__all__ = ["INKS", "PIXELS", "SAMPLE_NOTICE", "SMALL_PIXELS", "BadgeFacts", "badge_png", "badge_svg", "small_picture"]
