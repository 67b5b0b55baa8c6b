"""A mailbox server (IMAP4rev1, RFC 3501) on this machine, as far as Baton speaks to one, that misbehaves on request."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from notifications.tests.certificates import serving


@dataclass
class ImapPeer:
    """One account with one folder. ``mails`` are by UID."""

    user: str = "answers@example.org"
    password: str = "a secret password"
    folder: str = "INBOX"
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    next_uid: int = 1
    hang: float = 0.0  # seconds before each answer
    is_down: bool = False  # hangs up instead of a greeting
    oversize: int = 0  # announces a literal of so many bytes instead of the mail
    tls: ssl.SSLContext | None = None
    port: int = 0
    host: str = "127.0.0.1"

    def put(self, raw: bytes) -> int:
        """Let a mail arrive, and return its UID."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails[uid] = raw
        return uid

    def renumber(self) -> None:
        """Number everything anew, as a server may that lost its numbers (RFC 3501, 2.3.1.1)."""
        raws, was_seen = list(self.mails.values()), [uid in self.seen for uid in self.mails]
        self.validity += 1
        self.mails = dict(enumerate(raws, start=1))
        self.seen = {uid for uid, seen in zip(self.mails, was_seen, strict=True) if seen}
        self.next_uid = len(raws) + 1


class _Session(socketserver.StreamRequestHandler):
    """One connection: a line in, an answer out."""

    peer: ImapPeer

    def handle(self) -> None:
        self.is_in = False
        if self.peer.is_down:
            return
        self._say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            tag, _, command = line.partition(" ")
            self.peer.commands.append(command)
            time.sleep(self.peer.hang)
            name = command.split(" ")[0].upper()
            answer = getattr(self, f"do_{name.lower()}", self.do_unknown)(command)
            if answer is None:
                return
            self._say(f"{tag} {answer}")
            if name == "STARTTLS" and answer.startswith("OK"):
                self._secure()
            if name == "LOGOUT":
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the one over TLS, where there is one

    def do_capability(self, _command: str) -> str:
        self._say(f"* CAPABILITY IMAP4rev1{' STARTTLS' if self.peer.tls else ''}")
        return "OK done"

    def do_starttls(self, _command: str) -> str:
        return "OK begin" if self.peer.tls else "BAD no TLS here"

    def do_login(self, command: str) -> str:
        user, password = re.fullmatch(r'LOGIN "?([^" ]*)"? "([^"]*)"', command).groups()
        self.is_in = (user, password) == (self.peer.user, self.peer.password)
        return "OK in" if self.is_in else f"NO [AUTHENTICATIONFAILED] wrong: {password}"

    def do_select(self, command: str) -> str:
        if not self.is_in:
            return "BAD sign in first"
        if command.partition(" ")[2].strip('"') != self.peer.folder:
            return "NO no such folder"
        self._say(f"* {len(self.peer.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.peer.validity}] valid")
        self._say(f"* OK [UIDNEXT {self.peer.next_uid}] next")
        return "OK [READ-WRITE] open"

    def do_uid(self, command: str) -> str:
        _, what, rest = command.split(" ", 2)
        return str(getattr(self, f"_{what.lower()}")(rest))

    def do_logout(self, _command: str) -> str:
        self._say("* BYE")
        return "OK bye"

    def do_unknown(self, _command: str) -> str:
        return "BAD unknown"

    def _search(self, what: str) -> str:
        uids = sorted(self.peer.mails)
        if found := re.fullmatch(r"UID (\d+):\*", what):
            least = int(found[1])
            uids = [uid for uid in uids if uid >= least] or uids[-1:]  # n:* holds the last one whatever n is
        else:
            uids = [uid for uid in uids if uid not in self.peer.seen]
        self._say(f"* SEARCH {' '.join(map(str, uids))}".rstrip())
        return "OK found"

    def _fetch(self, rest: str) -> str:
        uid, most = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest).groups()
        raw = self.peer.mails.get(int(uid))
        if raw is not None:
            part = raw[: int(most)]
            self._say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{self.peer.oversize or len(part)}}}")
            self.wfile.write(part)
            self._say(")")
        return "OK fetched"

    def _store(self, rest: str) -> str:
        uid, flags = rest.split(" ", 1)
        assert flags == r"+FLAGS.SILENT (\Seen)"
        self.peer.seen.add(int(uid))
        return "OK stored"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def _secure(self) -> None:
        assert self.peer.tls
        self.connection = self.peer.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever hung up is what the test is about."""


@contextmanager
def a_mailbox(*, certificate: Path | None = None, tls_at_once: bool = False) -> Iterator[ImapPeer]:
    """Serve a mailbox while the test lasts; with a certificate by STARTTLS, or by TLS from the start."""
    peer = ImapPeer(tls=serving(certificate) if certificate else None)
    server = _Server(("127.0.0.1", 0), type("Session", (_Session,), {"peer": peer}))
    if tls_at_once and peer.tls:
        server.socket = peer.tls.wrap_socket(server.socket, server_side=True)
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
