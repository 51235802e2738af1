"""What is measured on a running house: `bench page`, credential pages a second; `bench idle`, doing nothing."""

from verification.bench.idle import measure_idle
from verification.bench.page import measure_page

__all__ = ["measure_idle", "measure_page"]
