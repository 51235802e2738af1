"""A registrar at a house's console: signed in over HTTP, sending files and pressing buttons."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.faults.house import DEMO_ACHIEVEMENT, House

SIGN_IN = """
from registry.models import Issuer, Role, User
from registry.services import add_member, one_time_sign_in_url
from registry.actors import SYSTEM
node = Issuer.objects.get(slug={issuer!r}).node
user, _made = User.objects.get_or_create(email="registrar@example.org")
node.memberships.filter(user=user).exists() or add_member(user=user, node=node, role=Role.AWARDER, actor=SYSTEM)
node.organisation.__class__.objects.filter(pk=node.organisation_id).update(undo_minutes={undo})
from catalogue.selectors import achievement_named
print(one_time_sign_in_url(user), node.organisation.slug, achievement_named({achievement!r}).pk)
"""


class Registrar:
    """Somebody who may award in the demo's organisation, with a browser."""

    def __init__(self, house: House, *, undo_minutes: int = 0) -> None:
        issuer = DEMO_ACHIEVEMENT.split("/", maxsplit=1)[0]
        printed = house.python(SIGN_IN.format(issuer=issuer, achievement=DEMO_ACHIEVEMENT, undo=undo_minutes))
        link, slug, achievement = printed.split()
        self.client = httpx.Client(base_url=f"http://localhost:{house.port}", follow_redirects=True, timeout=60)
        self.home = f"/console/{slug}/"
        self.many = f"{self.home}achievements/{achievement}/award-many/"
        answer = self.press(link)
        assert answer.status_code == 200, answer.text[:500]

    def close(self) -> None:
        """Close the browser."""
        self.client.close()

    def press(self, address: str, **data: str) -> httpx.Response:
        """Send a form, whether its page still has it or not: as a second click, or Back, does."""
        return self.client.post(address, data=data | {"csrfmiddlewaretoken": self._token(address)})

    def _token(self, address: str) -> str:
        """Return what proves that a form of ours was read."""
        page = self.many if address.startswith(self.home) else address
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.client.get(page).text)
        assert found, f"{page} has no form"
        return found[1]

    def send(self, content: bytes) -> str:
        """Send a file; return the address of its page."""
        files = {"file": ("people.csv", content)}
        answer = self.client.post(self.many, data={"csrfmiddlewaretoken": self._token(self.many)}, files=files)
        assert answer.status_code == 200, answer.text[:500]
        return str(answer.url.path)

    @contextmanager
    def hangs_up(self, address: str) -> Iterator[None]:
        """Press a button and close the connection before the answer; what is inside happens in between."""
        request = self.client.build_request("POST", address, data={"csrfmiddlewaretoken": self._token(address)})
        head = f"POST {request.url.raw_path.decode()} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        with socket.create_connection(("localhost", self.client.base_url.port or 80)) as connection:
            connection.sendall(head.encode() + b"\r\n" + request.read())
            yield


def csv_of(count: int, *, name: str = "console") -> bytes:
    """Return a file of so many new people."""
    rows = "".join(f"{name}{n}@example.org,Learner {n} Example\n" for n in range(count))
    return b"email,name\n" + rows.encode()


def batch_of(page: str) -> str:
    """Return the number of the file on a page."""
    return page.rstrip("/").rsplit("/", maxsplit=1)[1]


def state_of(house: House, page: str) -> Callable[[], str]:
    """Return what asks for the state of the file on a page."""
    return lambda: str(house.value(f"SELECT state FROM issuing_batch WHERE id = '{batch_of(page)}'"))
