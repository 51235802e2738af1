"""`bench page`: how many credential pages a second, each verified, none from a cache."""

from verification.bench.page import measure_page

__all__ = ["measure_page"]
