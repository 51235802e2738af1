"""Where the standards' own files are, and how a test reads one."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from credentials.contexts import EXAMPLES_V2, EXAMPLES_V2_DOCUMENT, STANDARD

ROOT = Path(__file__).resolve().parents[2]
VECTORS_DIR = Path(os.environ.get("VECTORS_DIR", ROOT.parent / "shared" / "data"))
EDDSA = VECTORS_DIR / "vc-di-eddsa" / "TestVectors"
ECDSA = VECTORS_DIR / "vc-di-ecdsa" / "TestVectors"
DATA_MODEL = VECTORS_DIR / "vcdm2" / "tests" / "input"

EXAMPLES = STANDARD.with_extra({EXAMPLES_V2: EXAMPLES_V2_DOCUMENT})
Missing = Callable[[str], NoReturn]


def read_vector(path: Path, missing: Missing) -> Any:
    """Return a file of the vectors, parsed where it is JSON; absent: skipped, failed with `--strict`."""
    if not path.exists():
        missing(f"VECTORS NOT FOUND: {path}; set VECTORS_DIR")
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else text


def vector_paths(folder: Path, pattern: str) -> list[Path]:
    """Return the files to parametrise with; where there are none, the folder itself, so that one test says it."""
    return sorted(folder.rglob(pattern)) or [folder / pattern]
