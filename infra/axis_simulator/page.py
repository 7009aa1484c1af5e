"""The page at `/`: what passed over the simulated axis."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from html import escape

from infra.axis_simulator.faults import Faults
from infra.axis_simulator.store import Store

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem;color:#1b1f24}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top;"
    "overflow-wrap:anywhere}th{background:#f3f5f7}"
)


def render(store: Store, faults: Faults) -> str:
    """The whole page."""
    armed = ", ".join(f"{fault['kind']} ({fault['operation'] or 'mọi thao tác'})" for fault in faults.describe())
    items = _table(
        ("Lúc", "Loại", "Từ", "Đến", "Ký hiệu", "Trích yếu", "Trạng thái"),
        [_row(row, "created", "message_type", "from_code", "to_code", "notation", "title", "status")
         for row in store.items(100)],
    )  # fmt: skip
    calls = _table(
        ("Lúc", "Thao tác", "Hệ thống", "Mã", "Chi tiết"),
        [_row(row, "at", "operation", "system_id", "code", "detail") for row in store.traffic(100)],
    )
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Trục liên thông mô phỏng</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>Trục liên thông mô phỏng</h1>"
        f"<p>Lỗi đang đặt: {escape(armed) or 'không'}</p>"
        f"<h2>Văn bản và trạng thái</h2>{items}<h2>Cuộc gọi</h2>{calls}</main></body></html>"
    )


def _row(row: sqlite3.Row, *names: str) -> list[str]:
    return [str(row[name]) for name in names]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
