"""The signing service alone in a process that kills itself (-9) at a given moment of an act; started by `signing`.

The moments are the borders of everything that outlives the process: before and after each commit, each stored file,
each use of a key, each time stamp. They are found by wrapping, so the service itself knows nothing of this.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.identity.events import PersonChangedV1, PostRef
from contracts.message import FileRef
from contracts.registry.events import DraftSubmittedV1, NumberAssignedV1, OfficeRef
from contracts.signing.api import LeaderSign
from contracts.workflow.events import DraftApprovedV1
from services.registry.documents import typeset
from services.signing.acts import leader
from services.signing.acts.tables import Act, Draft
from services.signing.keys.pkcs12 import FileKey
from services.signing.pki.stamping import OwnStamper
from services.signing.service import service
from services.signing.workers import pool
from shared.assembly import assemble, started
from shared.auth import Principal
from shared.blobs import BlobRef, Blobs
from shared.clock import now, today
from shared.service import Runtime
from shared.settings import Settings
from shared.telemetry import configure_logging

OFFICE = OfficeRef(office_id="0192f0c0-0000-7000-8000-000000000001", organ_id="H60.10", name="Sở Khoa học và Công nghệ")
LEADER = Principal("0192f0c0-0000-7000-8000-000000000002", "Hà Trung Kiên", "person", OFFICE.office_id)
CLERK = Principal("0192f0c0-0000-7000-8000-000000000003", "Phạm Ngọc Lan", "person", OFFICE.office_id)
LONGEST = 60  # seconds that a life may take: what hangs is a fault too
TOLD = "qlvb.judge"  # a queue that nobody reads: what was told lies in it


@dataclass(frozen=True)
class Order:
    """One life: which document, and the moment of death (0: none)."""

    document: str
    die_at: int


class Death:
    """Counts the moments and ends the process at the one that was ordered."""

    def __init__(self, log: Path) -> None:
        self._log, self._left = log, 0

    @property
    def passed(self) -> int:
        """Moments since the order."""
        return self._ordered - self._left

    def order(self, die_at: int) -> None:
        """From now on; 0: not at all."""
        self._ordered = self._left = die_at

    def moment(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def asked(self, document: str, data: bytes) -> None:
        """On record before a key is used: what it is asked to sign."""
        line = json.dumps({"document": document, "digest": hashlib.sha256(data).hexdigest()})
        descriptor = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, line.encode() + b"\n")
        os.close(descriptor)


def around(death: Death, function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    @wraps(function)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        death.moment()
        value = await function(*args, **kwargs)
        death.moment()
        return value

    return wrapped


def wrap(death: Death, document: Callable[[], str]) -> None:
    """Every border of the process gets its two moments."""
    AsyncSession.commit = around(death, AsyncSession.commit)  # type: ignore[method-assign]
    Blobs.put = around(death, Blobs.put)  # type: ignore[method-assign]
    OwnStamper.token = around(death, OwnStamper.token)  # type: ignore[method-assign]
    original = FileKey.sign_all

    async def sign_all(self: FileKey, datas: list[bytes]) -> list[bytes]:
        for data in datas:
            death.asked(document(), data)
        return await original(self, datas)

    FileKey.sign_all = around(death, sign_all)  # type: ignore[method-assign]


async def live(folder: Path, order: Order, death: Death) -> None:
    """Goes on with the document from wherever the last life left it, until it is sealed."""
    runtimes = assemble([replace(service, migrations=None)], Settings(data_dir=folder, demo=True))
    runtime = runtimes["signing"]
    async with started(runtimes):
        await runtime.bus.declare(TOLD, ["qlvb.signing.leader-signed.v1", "qlvb.signing.sealed.v1"])
        main = await _facts(runtime, order.document)
        death.order(order.die_at)
        content = hashlib.sha256(order.document.encode()).hexdigest()
        wanted = LeaderSign(draft_id=order.document, content_hash=content, main_file=main, pin=_pin(runtime))
        answer = await leader.sign(runtime, LEADER, wanted)
        assert answer.file is not None, answer
        await _number(runtime, order.document, answer.file)
        await _sealed(runtime, order.document)


async def _facts(runtime: Runtime, document: str) -> FileRef:
    """What the other services told before: the draft, its approval, the people. Told once; the file is found again."""
    async with runtime.work(reading=True) as work:
        known = await work.get(Draft, document)
    if known is not None:
        return FileRef(sha256=known.main_sha256, size=0, name="du-thao.pdf")
    paper = (runtime.settings.data_dir / "draft.pdf").read_bytes()
    stored = await runtime.blobs.put(b"%s%%%s\n" % (paper, document.encode()))
    main = FileRef(sha256=stored.sha256, size=stored.size, name="du-thao.pdf")
    content = hashlib.sha256(document.encode()).hexdigest()
    facts = [
        DraftSubmittedV1(
            draft_id=document, version=1, office=OFFICE, unit_id=None, drafter_id="d", drafter_name="d",
            type_name="Quyết định", subject=document, signer_id=LEADER.id, files=(main,), content_hash=content,
            submitted_at=now(),
        ),
        DraftApprovedV1(
            draft_id=document, office_id=OFFICE.office_id, content_hash=content, signer_id=LEADER.id, at=now(),
            version=1,
        ),
        *(_person(who, role, position) for who, role, position in
          ((LEADER, "leader", "Giám đốc"), (CLERK, "clerk", "Văn thư"))),
    ]  # fmt: skip
    async with runtime.work() as work:
        for fact in facts:
            for consumer in service.consumers:
                if consumer.message is type(fact):
                    await consumer.handle(work, fact)
    return main


def _person(who: Principal, role: str, position: str) -> PersonChangedV1:
    return PersonChangedV1(
        person_id=who.id, full_name=who.name, user_name=role, position=position, office_id=OFFICE.office_id,
        unit_id=None, posts=(PostRef(role=role, office_id=OFFICE.office_id),),
    )  # fmt: skip


def make_draft(folder: Path) -> None:
    """The paper that every document is, in `folder`; a comment at its end makes each a file of its own."""
    form = {
        "office_name": OFFICE.name, "parent_name": "Ủy ban nhân dân tỉnh", "place": "Tuyên Quang",
        "notation": "QĐ-SKHCN", "subject": "Về việc thử nghiệm", "body": "Điều 1. Thử nghiệm.",
        "signer_name": LEADER.name, "signer_position": "Giám đốc", "year": today().year,
    }  # fmt: skip
    (folder / "draft.pdf").write_bytes(typeset.render("decision", form))


def _pin(runtime: Runtime) -> str:
    return str(json.loads(runtime.settings.demo_province.read_text("utf-8"))["password"])


async def _number(runtime: Runtime, document: str, signed: FileRef) -> None:
    """Registry numbers it: once, as its own transaction would; the bus brings it here as often as it takes."""
    message = NumberAssignedV1(
        document_id=document, office=OFFICE, number=7, code="07/QĐ-SKHCN", number_text="07",
        issued_date=today().isoformat(), clerk_id=CLERK.id, clerk_name=CLERK.name, main_file=signed,
    )  # fmt: skip
    async with runtime.work() as work:
        table = runtime.tables.Idempotency
        if await work.get(table, (document, "number")) is None:
            work.save(table(key=document, principal_id="number"))
            work.emit(message, key=document)


async def _sealed(runtime: Runtime, document: str) -> None:
    async with asyncio.timeout(60):
        while True:
            async with runtime.work(reading=True) as work:
                seal = await work.one(select(Act).where(Act.kind == "seal", Act.object_id == document))
            waits = await runtime.bus.waiting("qlvb.signing")
            if seal is not None and seal.state == "done" and not waits and not await _untold(runtime):
                return
            await asyncio.sleep(0.01)


async def _untold(runtime: Runtime) -> bool:
    async with runtime.work(reading=True) as work:
        return await work.one(select(runtime.tables.Outbox.seq).limit(1)) is not None


async def here(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In the place of the children that read PDFs: their deaths have tests of their own, and forking again is slow."""
    return await asyncio.to_thread(function, *args, **kwargs)


def main() -> None:
    """Reads orders, forks one life for each, answers how it ended: {"signal": 9 or 0, "status": …}."""
    folder = Path(sys.argv[1])
    configure_logging("error")
    pool.run = here
    _warm_up((folder / "draft.pdf").read_bytes())
    print("ready", flush=True)
    for line in sys.stdin:
        order = Order(**json.loads(line))
        child = os.fork()
        if child == 0:
            _life(folder, order)
        _, status = os.waitpid(child, 0)
        ended = {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "order": asdict(order)}
        ended["status"] = os.waitstatus_to_exitcode(status)
        print(json.dumps(ended), flush=True)


def _warm_up(paper: bytes) -> None:
    """One life in this process, in a folder that goes: what it compiled and cached, every fork has from the start.

    Its files lie in a dictionary: the store's own threads would not survive the fork.
    """
    files: dict[str, bytes] = {}

    async def put(_: Blobs, content: bytes) -> BlobRef:
        ref = BlobRef(hashlib.sha256(content).hexdigest(), len(content))
        files[ref.sha256] = content
        return ref

    async def get(_: Blobs, sha256: str) -> bytes:
        return files[sha256]

    real = Blobs.put, Blobs.get
    Blobs.put, Blobs.get = put, get  # type: ignore[method-assign, assignment]
    with tempfile.TemporaryDirectory(prefix="qlvb-warm-") as folder:
        (Path(folder) / "draft.pdf").write_bytes(paper)
        asyncio.run(live(Path(folder), Order("warm", 0), Death(Path(folder) / "asked.jsonl")))
    Blobs.put, Blobs.get = real  # type: ignore[method-assign]


def _life(folder: Path, order: Order) -> None:
    signal.alarm(LONGEST)
    death = Death(folder / "asked.jsonl")
    wrap(death, lambda: order.document)
    try:
        asyncio.run(live(folder, order, death))
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    (folder / "moments").write_text(str(death.passed))
    os._exit(0)


if __name__ == "__main__":
    main()
