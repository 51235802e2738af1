"""Where the checkout keeps what is not in git."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCAL_ENV = "local.env"


def var_folder() -> Path:
    """Return the folder of data, secrets and run-time files: `VAR_DIR`, else `var` in the checkout."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
