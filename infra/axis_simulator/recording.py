"""Record the calls of a real client, byte for byte, and play them again against any axis.

A recorder stands between a client and an axis. Each call becomes `NN_operation.http` (the request exactly as it came,
with the host's name taken out) and `NN_operation.answer` (what the axis said). A player sends the requests again and
compares the answers by what they mean: status, ErrorCode, the names of the fields; ids and times differ by nature.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import json
import re
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(rb"(\r\nHost:[ \t]*)[^\r\n]*", re.IGNORECASE)
LENGTH = re.compile(rb"\r\nContent-Length:[ \t]*(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\nTransfer-Encoding:[^\r\n]*chunked", re.IGNORECASE)
EXPECT = re.compile(rb"\r\nExpect:[ \t]*100-continue", re.IGNORECASE)
NEUTRAL = b"axis.example"
HEAD_END = b"\r\n\r\n"
LARGEST_HEAD = 1 << 20


@dataclass(frozen=True)
class Difference:
    """One recorded call, and what is different now; nothing when it is answered as before."""

    name: str
    status: int
    problems: tuple[str, ...]


class Recorder:
    """Forwards to an axis and writes down what passes."""

    def __init__(self, target: str, folder: Path) -> None:
        self._target, self._folder = urlsplit(target), folder
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(list(folder.glob("*.http")))

    async def serve(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._client, "127.0.0.1", port, limit=LARGEST_HEAD)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: call after call until the client goes."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await read_request(reader, writer)
                answer = await asyncio.to_thread(send, self._target, request)
                self._keep(request, answer)
                writer.write(answer)
                await writer.drain()
        writer.close()

    def _keep(self, request: bytes, answer: bytes) -> None:
        self._count += 1
        path = request.split(b" ", 2)[1].split(b"?")[0].decode("latin-1")
        operation = re.sub(r"[^A-Za-z0-9]", "", path.rsplit("/", 1)[-1]) or "call"
        name = f"{self._count:02}_{operation}"
        (self._folder / f"{name}.http").write_bytes(HOST.sub(rb"\g<1>" + NEUTRAL, request, count=1))
        (self._folder / f"{name}.answer").write_bytes(answer)


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """One whole request as it came; a client that waits for permission to send its body gets it."""
    head = await reader.readuntil(HEAD_END)
    if EXPECT.search(head):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    if CHUNKED.search(head):
        return head + b"".join([piece async for piece in _chunks(reader)])
    found = LENGTH.search(head)
    return head + (await reader.readexactly(int(found[1])) if found else b"")


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        yield line + await reader.readexactly(size + 2)
        if not size:
            return


def send(target: SplitResult, request: bytes, timeout: float = 60.0) -> bytes:
    """The raw answer of the axis to the raw request, on a connection of its own. An axis that is silent is a 502."""
    prefix = target.path.rstrip("/").encode()
    method, path, rest = request.split(b" ", 2)
    changed = method + b" " + prefix + path + b" " + HOST.sub(rb"\g<1>" + target.netloc.encode(), rest, count=1)
    changed = EXPECT.sub(b"", changed, count=1)
    port = target.port or (443 if target.scheme == "https" else 80)
    try:
        with socket.create_connection((target.hostname or "", port), timeout) as plain:
            connection: socket.socket = plain
            if target.scheme == "https":
                connection = ssl.create_default_context().wrap_socket(plain, server_hostname=target.hostname)
            connection.sendall(changed)
            return _answer(connection)
    except OSError as error:
        text = f"{type(error).__name__}: {error}".encode()
        return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)


def _answer(connection: socket.socket) -> bytes:
    """Read as a client does, and write it down with a plain length."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    body = response.read()
    left_out = ("transfer-encoding", "content-length", "connection")
    headers = [f"{name}: {value}" for name, value in response.getheaders() if name.lower() not in left_out]
    head = "\r\n".join([f"HTTP/1.1 {response.status} {response.reason}", *headers, f"Content-Length: {len(body)}"])
    return head.encode("latin-1") + HEAD_END + body


def play(folder: Path, target: str, timeout: float = 60.0) -> list[Difference]:
    """Send every recorded call again, in order, and compare."""
    found = []
    for path in sorted(folder.glob("*.http")):
        answer = send(urlsplit(target), path.read_bytes(), timeout)
        kept = path.with_suffix(".answer")
        before = kept.read_bytes() if kept.exists() else b""
        status, _ = _parts(answer)
        found.append(Difference(path.stem, status, tuple(differences(before, answer)) if before else ()))
    return found


def differences(before: bytes, after: bytes) -> list[str]:
    """What a client would notice."""
    (old_status, old), (new_status, new) = _parts(before), _parts(after)
    problems = [] if old_status == new_status else [f"HTTP {old_status} → {new_status}"]
    if not isinstance(old, dict) or not isinstance(new, dict):
        return problems + ([] if type(old) is type(new) else ["không cùng loại nội dung (JSON / tệp)"])
    for name in ("status", "ErrorCode"):
        if old.get(name) != new.get(name):
            problems.append(f"{name}: {old.get(name)} → {new.get(name)}")
    if missing := sorted(old.keys() - new.keys()):
        problems.append(f"thiếu trường {', '.join(missing)}")
    rows = [body.get("data") for body in (old, new)]
    if all(isinstance(data, list) and data and isinstance(data[0], dict) for data in rows):
        lost = sorted(rows[0][0].keys() - rows[1][0].keys())  # type: ignore[index]
        problems += [f"mục của data thiếu {', '.join(lost)}"] if lost else []
    return problems


def _parts(answer: bytes) -> tuple[int, Any]:
    head, _, body = answer.partition(HEAD_END)
    status = int(head.split(b" ", 2)[1])
    try:
        return status, json.load(io.BytesIO(body))
    except ValueError:
        return status, body
