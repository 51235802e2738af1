#!/usr/bin/env python3
"""start · test · every Django command. Makes `.venv` on a fresh machine."""

import sys

from config.bootstrap import main

if __name__ == "__main__":
    sys.exit(main.run(sys.argv))
