"""The malware scanner: clamd over TCP or a unix socket, each file as a stream (INSTREAM)."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path
from typing import Any, BinaryIO

from aioclamd import BufferTooLongError, ClamdAsyncClient, ClamdError, ResponseError
from aioclamd import _AsyncClamdNetworkSocket as Connection
from aioclamd import _parse_response as parsed

from shared.settings import Settings

CHUNK = 256 * 1024


class ScannerDown(Exception):
    """No verdict: the scanner does not answer, or cannot take the file. `why` is Vietnamese."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class _Wide:
    """A file whose reads are as large as the wire likes, whatever the library asks for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, _size: int) -> bytes:
        return self._file.read(CHUNK)


class _UnixConnection(Connection):  # type: ignore[misc]
    """The library's connection over a socket file."""

    async def __aenter__(self) -> _UnixConnection:
        self.reader, self.writer = await asyncio.open_unix_connection(self.host)
        return self


class _UnixClient(ClamdAsyncClient):  # type: ignore[misc]
    """The library speaks TCP; the same commands over a socket file."""

    async def instream(self, buffer: Any, max_size: int | None = None) -> dict[str, tuple[str, str | None]]:
        async with asyncio.timeout(self.timeout), _UnixConnection(self.host, 0) as connection:
            await connection.send_command("INSTREAM")
            while chunk := await asyncio.to_thread(buffer.read, CHUNK):
                connection.writer.write(struct.pack(b"!L", len(chunk)) + chunk)
                await connection.writer.drain()
            connection.writer.write(struct.pack(b"!L", 0))
            result = await connection.recv_response()
        if result == "INSTREAM size limit exceeded. ERROR":
            raise BufferTooLongError(result)
        name, reason, status = parsed(result)
        return {name: (status, reason)}

    async def version(self) -> str:
        async with asyncio.timeout(self.timeout), _UnixConnection(self.host, 0) as connection:
            return str(await connection.basic_command("VERSION"))


class Scanner:
    """`address`: "host:port", or the path of a socket file."""

    def __init__(self, address: str, seconds: float) -> None:
        host, _, port = address.rpartition(":")
        is_socket = address.startswith("/") or not port.isdigit()
        self._client: Any = (
            _UnixClient(address, 0, timeout=seconds)
            if is_socket
            else ClamdAsyncClient(host, int(port), timeout=seconds)
        )

    async def virus_in(self, path: Path) -> str:
        """The name of what was found, or nothing. Raises ScannerDown."""
        try:
            with path.open("rb") as file:
                answer = await self._client.instream(_Wide(file))
        except BufferTooLongError as error:
            raise ScannerDown("tệp lớn hơn giới hạn của máy quét; báo quản trị tăng StreamMaxLength") from error
        except ResponseError as error:
            raise ScannerDown(f"máy quét báo lỗi ({error})") from error
        except (ClamdError, OSError, TimeoutError) as error:
            raise ScannerDown("máy quét không trả lời") from error
        status, virus = next(iter((answer or {}).values()), ("", None))
        if status == "OK":
            return ""
        if status == "FOUND":
            return str(virus or "?")
        raise ScannerDown("máy quét trả lời lạ")

    async def version(self) -> str:
        """What answers, and with which data. Raises ScannerDown."""
        try:
            return str(await self._client.version())
        except (ClamdError, OSError, TimeoutError) as error:
            raise ScannerDown("máy quét không trả lời") from error


def make_scanner(settings: Settings) -> Scanner | None:
    """The scanner of this deployment; None where there is none."""
    return Scanner(settings.clamd, settings.clamd_seconds) if settings.clamd else None
