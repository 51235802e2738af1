#!/usr/bin/env python3
"""start · test · every Django command. Makes `.venv` on a fresh machine."""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"Testamur needs Python 3.11 or newer; this is Python {sys.version_info[0]}.{sys.version_info[1]}.")

from config.bootstrap import main

if __name__ == "__main__":
    sys.exit(main.run(sys.argv))
