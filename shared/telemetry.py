"""Logs as JSON lines, Prometheus metrics, and one correlation id across HTTP and messages."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def correlation_id() -> str:
    """The id of the act that is being done; a new one outside any act."""
    return str(structlog.contextvars.get_contextvars().get("correlation_id") or uuid4())


def install(app: FastAPI, service: str) -> None:
    """Bind the correlation id to every request, count and time it, and serve `/metrics`."""

    @app.middleware("http")
    async def observe(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        started = time.perf_counter()
        trace = request.headers.get(HEADER, "")[:64] or str(uuid4())
        with structlog.contextvars.bound_contextvars(correlation_id=trace, service=service):
            response = await call_next(request)
        response.headers[HEADER] = trace
        REQUESTS.labels(service, request.method, str(response.status_code)).inc()
        REQUEST_SECONDS.labels(service).observe(time.perf_counter() - started)
        return response

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
