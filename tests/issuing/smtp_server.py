"""A small real mail server on loopback: it keeps what it is sent, and misbehaves towards chosen addresses."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """`messages` are (recipient, bytes) as they came in; `answers` maps a recipient to a reply, or "hang-up"."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.gone = False
        self.messages: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _message in self.messages]


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        recipient = ""
        self.say("220 here")
        while not self.server.gone and (line := self.rfile.readline().decode("ascii").strip()):
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                answer = self.server.answers.get(recipient, "250 fine")
                if answer == "hang-up":
                    return
                self.say(answer)
            elif verb == "DATA":
                self.say("354 go on")
                self.server.messages.append((recipient, self._message()))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """Run a server until the block ends: whoever speaks to it then is hung up on."""
    with MailServer(port) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.gone = True
            server.shutdown()
