"""The opening of a started house: demo data, sign-in links, the first genuine page, `var/start.json`."""

import json
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config.bootstrap.certificate import Certificate
from config.bootstrap.folders import ROOT
from config.bootstrap.local_env import write_private
from config.bootstrap.processes import die_with_parent
from config.bootstrap.secret_files import environment_without_key
from config.bootstrap.stopping import StoppedError, StopWish
from config.bootstrap.supervisor import StartError, tell

START_FILE = "start.json"
IMPATIENT_AFTER_SECONDS = 60
WAIT_SECONDS = 0.05
VERDICT = re.compile(r'data-verdict="([a-z-]+)"')
# A page that is not ready yet says one of these; every other verdict has been reached for good.
UNSETTLED = {"could-not-confirm", "private-or-unknown"}


def run_command(*arguments: str, stop: StopWish) -> str:
    """Run one Django command in a process without the key-encryption key; return its standard output.

    Raises:
        StartError: it failed; its own words stand on standard error.
        StoppedError: somebody asked us to stop meanwhile.
    """
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env=environment_without_key(), stdout=output, start_new_session=True, preexec_fn=die_with_parent
        )
        while process.poll() is None:
            if stop.is_there:
                process.kill()
                process.wait()
                raise StoppedError
            time.sleep(WAIT_SECONDS)
        if process.returncode:
            raise StartError(f"manage.py {arguments[0]} failed: Testamur cannot start.")
        output.seek(0)
        return output.read().decode()


@dataclass(slots=True)
class Opening:
    """Where the house answers, and how far its opening has come."""

    url: str
    port: int
    certificate: Certificate | None
    file: Path
    credential_url: str | None = None
    sign_in: dict[str, str] = field(default_factory=dict)
    since: float = field(default_factory=time.monotonic)
    said_impatient: bool = False
    is_open: bool = False

    def fill(self, *, demo: bool, stop: StopWish) -> None:
        """Bring in the demo (or only the operator) and make the sign-in links."""
        people: list[str] = []
        if demo:
            tell("Bringing in the demo catalogue.")
            seeded = json.loads(run_command("seed_demo", stop=stop).strip().splitlines()[-1])
            # Its id keeps the address it was issued under; the link is where this house answers now.
            self.credential_url = self.url + urlsplit(seeded["credential"]).path
            people = [f"{role}={email}" for role, email in seeded["people"].items()]
        self.sign_in = json.loads(run_command("sign_in_links", *people, stop=stop))

    def look(self) -> None:
        """Look once whether the first page answers as it should; then tell, and write `start.json`."""
        if self.is_open:
            return
        if (verdict := self._verdict()) is not None:
            self._announce(verdict)
        elif not self.said_impatient and time.monotonic() - self.since > IMPATIENT_AFTER_SECONDS:
            self.said_impatient = True
            tell(f"Still waiting for {self.credential_url or self.url} to answer as it should.")

    def _verdict(self) -> str | None:
        """Return what the first page says once that is settled; `open` where no credential is awaited."""
        try:
            page = self._fetch(urlsplit(self.credential_url).path if self.credential_url else "/healthz")
        except (urllib.error.URLError, OSError):
            return None
        if self.credential_url is None:
            return "open"
        found = VERDICT.search(page)
        return found[1] if found and found[1] not in UNSETTLED else None

    def _fetch(self, path: str) -> str:
        scheme, trust = "http", None
        if self.certificate:
            scheme, trust = "https", ssl.create_default_context(cafile=self.certificate.file)
        with urllib.request.urlopen(f"{scheme}://localhost:{self.port}{path}", timeout=10, context=trust) as answer:
            return str(answer.read(), encoding="utf-8")

    def _announce(self, verdict: str) -> None:
        self.is_open = True
        facts = {"url": self.url, "credential_url": self.credential_url, "sign_in": self.sign_in}
        write_private(self.file, json.dumps(facts, indent=2).encode() + b"\n")
        print(f"Testamur runs at {self.url}/")
        if self.credential_url:
            print(f"  a credential that anyone can verify ({verdict}): {self.credential_url}")
        self._tell_links()
        print("Ctrl-C stops it.", flush=True)

    def _tell_links(self) -> None:
        """Print the sign-in links for a person; what is written to a file is a log, and logs hold no secrets."""
        if not sys.stdout.isatty():
            print(f"  one-time sign-in links, for your eyes alone: {self.file}")
            return
        for role, address in self.sign_in.items():
            print(f"  sign in once as {role.replace('_', ' ')}: {address}")
