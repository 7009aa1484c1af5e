"""Calls to the outside: what goes out is what was written, and whatever breaks is a failure of httpx."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from shared.http import Transport, http_client

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def server(handle: Handler) -> AsyncIterator[str]:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(closing, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


def saying(answer: bytes, heard: list[bytes] | None = None, *, calls: int = 1) -> Handler:
    """A server that reads a head and a body of the length that is said, and answers with these bytes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(calls):
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            body = await reader.readexactly(int(lengths[0].split(b":")[1])) if lengths else b""
            if heard is not None:
                heard.append(head + body)
            writer.write(answer)
            await writer.drain()

    return handle


async def pieces() -> AsyncIterator[bytes]:
    yield b"one "
    yield b"two"


async def test_headers_go_out_as_they_were_written_and_no_others_with_them() -> None:
    heard: list[bytes] = []
    async with server(saying(OK, heard)) as url, http_client(timeout=5) as client:
        headers = {"X-GtGt-eDoc-docId": "a/b=", "Content-Type": "application/json"}
        answer = await client.post(f"{url}/updateStatus?a=%2F", headers=headers, content=b"{}")
    lines = heard[0].decode().split("\r\n")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert lines[0] == "POST /updateStatus?a=%2F HTTP/1.1" and lines[-1] == "{}"
    assert "X-GtGt-eDoc-docId: a/b=" in lines and "Content-Length: 2" in lines
    assert sorted(line.split(":")[0].lower() for line in lines[1:-2]) == [
        "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent",
        "x-gtgt-edoc-docid",
    ]  # fmt: skip


async def test_a_call_without_a_body_says_so() -> None:
    heard: list[bytes] = []
    async with server(saying(OK, heard)) as url, http_client(timeout=5) as client:
        await client.post(url, content=b"")
    assert b"content-length: 0\r\n" in heard[0].lower() and b"content-type" not in heard[0].lower()


async def test_a_body_in_pieces_goes_with_its_length_where_it_is_known() -> None:
    heard: list[bytes] = []
    async with server(saying(OK, heard)) as url, http_client(timeout=5) as client:
        await client.post(url, content=pieces(), headers={"Content-Length": "7"})
    assert heard[0].endswith(b"one two") and b"chunked" not in heard[0]


async def test_a_body_of_unknown_length_goes_in_chunks() -> None:
    got = asyncio.get_running_loop().create_future()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.set_result(await reader.readuntil(b"0\r\n\r\n"))
        writer.write(OK)
        await writer.drain()

    async with server(handle) as url, http_client(timeout=5) as client:
        await client.post(url, content=pieces())
    assert b"4\r\none \r\n3\r\ntwo\r\n" in await got and (await got).lower().count(b"transfer-encoding: chunked") == 1


async def test_one_connection_serves_many_calls() -> None:
    heard: list[bytes] = []
    async with server(saying(OK, heard, calls=3)) as url, http_client(timeout=5) as client:
        assert [(await client.get(url)).text for _ in range(3)] == ["ok"] * 3


async def test_cookies_and_redirects_of_a_server_are_not_followed() -> None:
    heard: list[bytes] = []
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    async with server(saying(moved, heard)) as url, Transport() as transport:
        answer = await transport.handle_async_request(httpx.Request("GET", url))
        await answer.aclose()
    assert (answer.status_code, answer.headers["location"]) == (302, "/there") and len(heard) == 1


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\ncut", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ncut", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", httpx.RemoteProtocolError),
    ],
)
async def test_an_answer_that_is_none_is_a_failure(answer: bytes, failure: type[Exception]) -> None:
    async with server(saying(answer)) as url, http_client(timeout=5) as client:
        with pytest.raises(failure):
            await client.post(url, content=b"{}")


async def test_nobody_there_is_a_failure_to_connect() -> None:
    async with server(saying(OK)) as url:
        pass
    async with Transport(retries=1) as transport:
        with pytest.raises(httpx.ConnectError):
            await transport.handle_async_request(httpx.Request("GET", url))


async def test_a_server_that_says_nothing_is_a_timeout() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(silent) as url, http_client(timeout=httpx.Timeout(5, read=0.05)) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(url)


async def test_a_header_that_cannot_be_sent_is_a_failure_of_ours() -> None:
    async with server(saying(OK)) as url, http_client(timeout=5) as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.get(url, headers={"X-A": "a\r\nX-B: b"})


async def test_a_long_answer_that_nobody_reads_does_not_hold_the_client() -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 200_000
    async with server(saying(body)) as url, http_client(timeout=5) as client, client.stream("GET", url) as answer:
        assert answer.status_code == 200
