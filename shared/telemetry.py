"""Logs as JSON lines, Prometheus metrics, and one correlation id across HTTP and messages."""

from __future__ import annotations

import logging
import sys
import time
from uuid import uuid4

import structlog
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Correlation-Id"

REQUESTS = Counter("qlvb_http_requests_total", "HTTP requests", ["service", "method", "status"])
REQUEST_SECONDS = Histogram("qlvb_http_request_seconds", "HTTP request duration", ["service"])
MESSAGES = Counter("qlvb_messages_total", "Messages handled", ["service", "type", "outcome"])
OUTBOX_WAITING = Gauge("qlvb_outbox_waiting", "Outbox rows not yet published", ["service"])
DEAD_LETTERS = Counter("qlvb_dead_letters_total", "Messages given up", ["service", "type"])


def configure_logging(level: str = "info") -> None:
    """Structured JSON lines on stderr. No token, password or document text is ever passed to a logger."""
    logging.basicConfig(stream=sys.stderr, level=level.upper(), format="%(message)s")
    for noisy in ("httpx", "httpcore", "aio_pika", "aiormq", "uvicorn.access", "pyhanko", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when something is logged
        cache_logger_on_first_use=False,
    )


def correlation_id() -> str:
    """The id of the act that is being done; a new one outside any act."""
    return str(structlog.contextvars.get_contextvars().get("correlation_id") or uuid4())


class Observed:
    """Binds the correlation id to every request, counts and times it. Plain ASGI: it stands before every answer."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        trace = _header(scope, HEADER)[:64] or str(uuid4())
        header = (HEADER.lower().encode(), trace.encode("latin-1"))

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            await send(message)

        try:
            with structlog.contextvars.bound_contextvars(correlation_id=trace, service=self._service):
                await self._app(scope, receive, answer)
        finally:
            REQUESTS.labels(self._service, scope["method"], str(status)).inc()
            REQUEST_SECONDS.labels(self._service).observe(time.perf_counter() - started)


def _header(scope: Scope, name: str) -> str:
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == wanted), "")


def install(app: FastAPI, service: str) -> None:
    """Observe every request, and serve `/metrics`."""
    app.add_middleware(Observed, service=service)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
