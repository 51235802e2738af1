"""Which command runs where: the door of `manage.py`."""

import os
import sys

from config.bootstrap.environment import PYTHON, ensure_environment, runs_inside
from config.bootstrap.packages import SetUpError

OWN_COMMANDS = {
    "start": "Set up and run the whole system: `manage.py start --help` names the options.",
    "test": "Run the tests on real servers; what follows goes to pytest: `manage.py test tests/registry -x`.",
}
ASKING_FOR_HELP = {"help", "--help", "-h"}


def run(argv: list[str]) -> int:
    """Run one command line of `manage.py`; return its exit code.

    The packages are installed first where they are missing or the lock has changed; then the same
    command line starts again inside `.venv`.
    """
    command = argv[1] if len(argv) > 1 else "help"
    try:
        ensure_environment("dev.txt" if command == "test" else "run.txt")
    except SetUpError as reason:
        print(reason, file=sys.stderr)
        return 1
    if not runs_inside():
        os.execv(PYTHON, [str(PYTHON), *argv])
    if command == "test":
        os.execv(PYTHON, [str(PYTHON), "-m", "pytest", *argv[2:]])
    if command in ASKING_FOR_HELP:
        return _help(argv)
    return _start(argv[2:]) if command == "start" else _django(argv)


def _help(argv: list[str]) -> int:
    """Help as Django gives it, with our own two commands that it knows nothing of."""
    topic = next(iter(argv[2:]), "")
    if topic == "start":
        return _start(["--help"])
    if topic in OWN_COMMANDS:
        print(OWN_COMMANDS[topic])
        return 0
    if not topic:
        print("The whole system:\n")
        for name, sentence in OWN_COMMANDS.items():
            print(f"    {name:<8}{sentence}")
    elif topic == "--commands":
        print(*OWN_COMMANDS, sep="\n")
    return _django(argv)


def _start(arguments: list[str]) -> int:
    from config.bootstrap.start import start

    return start(arguments)


def _django(argv: list[str]) -> int:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(argv)
    except ImproperlyConfigured as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0
