"""The process that reads foreign documents: it may be killed at any moment, and can reach nothing.

It serves one parent over lanes, each a pipe for requests and one for answers: four bytes of length and that much
JSON. Every request is worked on in a fork of its own, so that a poisoned document costs one fork and never the warm
process, and that documents do not wait for each other. A fork has a time limit, a memory limit and may open no file
and no socket: contexts and modules are loaded before. All of it is nicer than the web processes: pages come first.

Requests: {"op": "read", "document": …, "of_token": bool, "seconds": s} → {"problem": [code, message] | null}
          {"op": "prove", "document": …, "documents": {did: …}, "issuer": did, "at": time, …} → {"proofs": [[method, created, suite, key, ends]]} | {"problem": …} | {"open": …}
          {"op": "status", "document": list, "entry": …, "documents": …, "issuer": did, "at": time, …} → {"set": bool} | {"problem": …}
          {"op": "canonicalise", "document": …, "for_suites": bool, "seconds": s} → {"nquads": text} | {"problem": …}
          {"op": "judge", "document": …, "as": kind, "checks": …, …} → {"problem": … | null} (see `verification.conformance`)
Answers of a fork that did not finish: {"unfinished": reason}.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from credentials.canonical import canonical_nquads, without_unknown_claims
from credentials.contexts import STANDARD
from credentials.data_model import check_data_model
from credentials.dids import did_key_document
from credentials.errors import CredentialError
from credentials.schema import check_schema
from credentials.status_lists import read_status
from verification.conformance import judge, suite_contexts
from verification.proofs import read_proofs, resolver

LENGTH = struct.Struct(">I")
ANSWER = struct.Struct(">Id")
"""Before each answer: its length in bytes, and the CPU time that it took, in seconds."""
WALL_PER_CPU = 2.0
"""How long a step may take on a busy machine, in parts of the CPU time that it may spend."""
NICER = 5
"""So much less of a busy machine than a web process gets (nice(2))."""
PARENT_ENDED = 3
MEMORY_BYTES = 256 * 1024 * 1024
Request = dict[str, Any]


def read_document(request: Request) -> dict[str, Any]:
    """Judge a document by the data model and, where it is one, by the Open Badges tables."""
    document = request["document"]
    if request.get("of_token"):
        document = without_unknown_claims(document)
    check_data_model(document)
    if {"AchievementCredential", "OpenBadgeCredential"} & set(_listed(document.get("type"))):
        check_schema(document)
    return {"problem": None}


def canonicalise(request: Request) -> dict[str, Any]:
    """Return the canonical n-quads of a document."""
    contexts = suite_contexts() if request.get("for_suites") else STANDARD
    return {"nquads": canonical_nquads(request["document"], contexts=contexts)}


def prove(request: Request) -> dict[str, Any]:
    """Check all proofs of a document by the DID documents that came with it."""
    at = datetime.fromisoformat(request["at"])
    reading = read_proofs(request["document"], request["documents"], issuer=request["issuer"], at=at)
    if reading.problem is not None:
        return {"problem": [reading.problem.code, reading.problem.detail]}
    if reading.unfinished is not None:
        return {"open": [reading.unfinished.code, reading.unfinished.detail]}
    return {
        "proofs": [
            [proof.method, _moment(proof.created), proof.suite, proof.public_key, _moment(proof.ends)]
            for proof in reading.proofs
        ]
    }


def read_status_list(request: Request) -> dict[str, Any]:
    """Check a status list credential like any other, and read one place of it."""
    status = read_status(
        request["entry"],
        request["document"],
        issuer=request["issuer"],
        resolve=resolver(request["documents"]),
        at=datetime.fromisoformat(request["at"]),
    )
    return {"set": status.is_set}


OPERATIONS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "read": read_document,
    "prove": prove,
    "status": read_status_list,
    "canonicalise": canonicalise,
    "judge": judge,
}


def _moment(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _listed(value: Any) -> list[Any]:
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, str)]


def answer(request: Request) -> dict[str, Any]:
    """Do what a request asks; refusals of the trust core become an answer."""
    try:
        return OPERATIONS[request["op"]](request)
    except CredentialError as error:
        return {"problem": [error.code, error.message]}
    except MemoryError:
        return {"unfinished": "memory"}
    except RecursionError:
        return {"problem": ["malformed", "nested too deeply"]}


def _limit_this_fork(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF ends the fork; the limit below is in whole seconds
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY_BYTES, size + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _work(request: Request, out: int) -> None:
    """Answer one request inside the fork; leave without any clean-up of the parent's objects."""
    _limit_this_fork(request["seconds"])
    _write(out, json.dumps(answer(request)).encode())
    os._exit(0)


def _collect(pid: int, source: int, deadline: float) -> tuple[bytes, float]:
    """Read a fork's answer until it ends or its time is over; make sure that it is gone. Returns its CPU seconds too.

    A fork that did not end by itself, with 0, has answered nothing: what came of it may be half an answer.
    """
    parts = []
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([source], [], [], left)
        part = os.read(source, 65_536) if ready else b""
        if not part:
            break
        parts.append(part)
    os.kill(pid, signal.SIGKILL)
    _pid, status, used = os.wait4(pid, 0)
    return b"" if status else b"".join(parts), used.ru_utime + used.ru_stime


def in_a_fork(request: Request) -> tuple[bytes, float]:
    """Work on one request in a fork of this process; return its answer as JSON bytes, and the CPU seconds it took."""
    deadline = time.monotonic() + request["seconds"] * WALL_PER_CPU
    source, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _work(request, out)
        finally:
            os._exit(1)
    os.close(out)
    try:
        data, spent = _collect(pid, source, deadline)
    finally:
        os.close(source)
    return data or json.dumps({"unfinished": "time"}).encode(), spent


def _read_exactly(source: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = os.read(source, count - len(data))
        if not part:
            os._exit(PARENT_ENDED)
        data += part
    return data


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _answer_one(source: int, out: int) -> None:
    """Read a lane's request, work on it within its limits and answer; in a fork, and never back from here."""
    try:
        (length,) = LENGTH.unpack(_read_exactly(source, LENGTH.size))
        data, spent = in_a_fork(json.loads(_read_exactly(source, length)))
        _write(out, ANSWER.pack(len(data), spent) + data)
        os._exit(0)
    finally:
        os._exit(1)


def serve(lanes: dict[int, int]) -> None:
    """Fork for each request that comes by one of the lanes (requests → answers), until the parent ends."""
    busy: dict[int, tuple[int, int]] = {}
    while True:
        taken = {source for _pid, source in busy.values()}
        for ready in select.select([*(set(lanes) - taken), *busy], [], [])[0]:
            if ready in busy:
                pid, _source = busy.pop(ready)
                os.close(ready)
                if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == PARENT_ENDED:
                    return
                continue
            done, held = os.pipe()
            pid = os.fork()
            if pid == 0:
                for other in (set(lanes) | set(lanes.values())) - {ready, lanes[ready]}:
                    os.close(other)
                _answer_one(ready, lanes[ready])
            # Its end of the pipe closes with the fork: that is how we hear of it.
            os.close(held)
            busy[done] = (pid, ready)


def warm_up() -> None:
    """Load every context and every module that a document may need: a fork can open no file."""
    for url in list(STANDARD.documents):
        STANDARD.load(url)
    answer({"op": "read", "document": WARMING, "seconds": 5})
    answer({"op": "canonicalise", "document": WARMING, "for_suites": True})
    answer({"op": "canonicalise", "document": WARMING})
    answer(_proving_request())


WARMING: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
    "type": ["VerifiableCredential", "AchievementCredential"],
    "name": "warm",
    "issuer": {"id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "type": ["Profile"], "name": "warm"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
            "type": ["Achievement"],
            "name": "warm",
            "description": "warm",
            "criteria": {"narrative": "warm"},
        },
    },
}


def _proving_request() -> Request:
    """A document with a proof that does not hold: all code of the checks is loaded on the way to that answer."""
    did = WARMING["issuer"]["id"]
    method = f"{did}#{did.removeprefix('did:key:')}"
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "proofValue": "z" + "2" * 88,
    }
    documents = {did: did_key_document(did)}
    at = "2026-01-01T00:00:00+00:00"
    return {"op": "prove", "document": WARMING | {"proof": [proof]}, "documents": documents, "issuer": did, "at": at}


def main() -> None:
    """Serve the lanes that the command line names (request and answer descriptors in turn)."""
    # A parent that is killed closes the lanes and so ends this process. The kernel's parent-death signal would also
    # come when the thread that started it ends, while its process lives on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICER)
    warm_up()
    ends = [int(number) for number in sys.argv[2:]]
    serve(dict(zip(ends[::2], ends[1::2], strict=True)))


if __name__ == "__main__":
    main()
