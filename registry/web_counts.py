"""What the web processes' pools admitted, refused and timed out: each process writes a file, `/metrics` adds them up."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from pathlib import Path

WRITTEN_AFTER_SECONDS = 1.0
Key = tuple[str, str]


class WebCounts:
    """The counts of this process; written a second after a change, never while nothing happens."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._counts = folder, Counter[Key]()
        self._lock = threading.Lock()
        self._due = False

    def count(self, pool: str, what: str) -> None:
        """Count one of `admitted`, `refused`, `timed_out` in a pool."""
        with self._lock:
            self._counts[pool, what] += 1
            if self._due:
                return
            self._due = True
        timer = threading.Timer(WRITTEN_AFTER_SECONDS, self.write)
        timer.daemon = True
        timer.start()

    def write(self) -> None:
        """Write this process's file, whole or not at all; those of processes that ended go."""
        with self._lock:
            self._due = False
            rows = [[*key, number] for key, number in sorted(self._counts.items())]
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for file in self._folder.glob("*.json"):
            if not Path(f"/proc/{file.stem}").exists():
                file.unlink(missing_ok=True)
        new = self._folder / f"{os.getpid()}.new"
        new.write_text(json.dumps(rows), encoding="ascii")
        new.replace(self._folder / f"{os.getpid()}.json")


def web_counts(folder: Path) -> dict[Key, int]:
    """Return the sums over all web processes, by pool and what happened."""
    sums: Counter[Key] = Counter()
    for file in folder.glob("*.json"):
        try:
            rows = json.loads(file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
        for pool, what, number in rows:
            sums[pool, what] += number
    return dict(sorted(sums.items()))
