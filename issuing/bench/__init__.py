"""`bench bulk`: a file of awards, from its bytes to signed, stored, listed and queued for delivery."""

from issuing.bench.bulk import Processes, measure_bulk, scratch_database

__all__ = ["Processes", "measure_bulk", "scratch_database"]
