"""What is measured on a running house: its pages, what it uses while nobody comes, one visitor who wants to stop it."""

from verification.bench.hostile import measure_hostile
from verification.bench.idle import measure_idle
from verification.bench.page import measure_page

__all__ = ["measure_hostile", "measure_idle", "measure_page"]
