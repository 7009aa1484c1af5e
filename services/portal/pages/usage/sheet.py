"""The figures of use as a CSV file that a spreadsheet opens: UTF-8 with a mark, one line a month or an office."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from services.portal.pages.usage.figures import LINES, mean, month_words, share

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_months(months: Iterable[dict[str, Any]], office_name: str) -> bytes:
    return _written("Tháng", [(month_words(m["month"]), _cells(m["counts"])) for m in months], office_name)


def of_offices(report: dict[str, Any]) -> bytes:
    """Every office, then the province and the mean of its offices."""
    rows = [(row["office_name"] or row["office_id"], _cells(row["counts"])) for row in report["offices"]]
    total, offices = report["province"], report["offices_counted"]
    means = [cell for line in LINES for cell in (mean(total[line.key], offices), *([""] if line.of else []))]
    whole = [("Toàn tỉnh", _cells(total)), ("Bình quân một đơn vị", means)]
    return _written("Đơn vị", rows + whole, f"Tháng {month_words(report['month'])}")


def _cells(counts: dict[str, int]) -> list[str]:
    return [cell for line in LINES for cell in (str(counts[line.key]), *([share(counts, line)] if line.of else []))]


def _written(first: str, rows: list[tuple[str, list[str]]], title: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    heads = [head for line in LINES for head in (line.name, *([f"{line.name} (%)"] if line.of else []))]
    writer.writerow([_plain(title)])
    writer.writerow([first, *heads])
    writer.writerows([_plain(name), *cells] for name, cells in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(text: str) -> str:
    """A name is no formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
