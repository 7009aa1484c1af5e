"""`qlvb conformance`: run the suite against a system, look at its cases, take its packages along."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from infra.conformance.cases import CASES, chosen
from infra.conformance.catalogue import entry, export
from infra.conformance.report.junit import junit
from infra.conformance.report.page import page
from infra.conformance.report.terminal import lines
from infra.conformance.running import Account, Options, Unusable
from infra.conformance.running import run as run_suite
from infra.conformance.suite import TARGETS, VERSION, Case, Run, Target

app = typer.Typer(help="Bộ kiểm thử liên thông văn bản.", no_args_is_help=True)

Only = Annotated[list[str] | None, typer.Option("--only", help="Chỉ các ca có mã khớp mẫu, ví dụ 'codec.file.*'.")]


@app.callback()
def conformance() -> None:
    """Bộ kiểm thử liên thông văn bản: chạy với hệ thống của mình, xem phải sửa gì."""


@app.command()
def run(
    url: Annotated[str, typer.Argument(help="Địa chỉ của hệ thống được thử (receiver: của trục mô phỏng).")],
    target: Annotated[str, typer.Option(help=f"Loại hệ thống: {', '.join(TARGETS)}.")],
    sender: Annotated[
        str, typer.Option(envvar="QLVB_CONFORMANCE_SENDER", help="Trung tâm gửi trên trục, CODE:SECRET.")
    ] = "",
    receiver: Annotated[
        str, typer.Option(envvar="QLVB_CONFORMANCE_RECEIVER", help="Trung tâm nhận trên trục, CODE:SECRET.")
    ] = "",
    sender_root: Annotated[str, typer.Option(help="Mã gốc mà trung tâm gửi được đăng ký đơn vị bên dưới.")] = "",
    receiver_root: Annotated[str, typer.Option(help="Mã gốc mà trung tâm nhận được đăng ký đơn vị bên dưới.")] = "",
    unit: Annotated[str, typer.Option(help="receiver: mã đơn vị của hệ thống được thử.")] = "",
    wait: Annotated[float, typer.Option(help="receiver: số giây tối đa cho mỗi phản hồi.")] = 180.0,
    header: Annotated[list[str] | None, typer.Option(help="Tiêu đề HTTP thêm, 'Tên: giá trị'.")] = None,
    ca: Annotated[str, typer.Option(help="Tệp PEM của tổ chức cấp chứng thư TLS.")] = "",
    only: Only = None,
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ các ca nhanh.")] = False,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Ghi kết quả dạng JUnit XML.")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Ghi kết quả dạng trang HTML.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Ghi kết quả dạng JSON.")] = None,
) -> None:
    """Chạy bộ kiểm thử; trả về 0 nếu đạt, 1 nếu có ca không đạt, 2 nếu không chạy được."""
    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"địa chỉ phải bắt đầu bằng http:// hoặc https://, không phải {url or 'trống'}")
    kind = _target(target)
    cases = _cases(kind, only, quick)
    options = Options(
        url, _headers(header or []), _account(sender, "--sender", sender_root),
        _account(receiver, "--receiver", receiver_root), unit, wait, ca,
    )  # fmt: skip
    try:
        with typer.progressbar(
            length=len(cases), label=f"{kind} {VERSION}", file=typer.get_text_stream("stderr")
        ) as bar:
            found = asyncio.run(run_suite(kind, cases, options, lambda _result: bar.update(1)))
    except (Unusable, OSError) as no:
        typer.echo(str(no), err=True)
        raise typer.Exit(2) from no
    _write(found, junit_file, html_file, json_file)
    typer.echo("\n".join(lines(found)))
    raise typer.Exit(0 if found.good else 1)


@app.command("list")
def list_cases(
    target: Annotated[str, typer.Option(help="Chỉ một loại hệ thống.")] = "",
    only: Only = None,
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ các ca nhanh.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi ca một dòng JSON.")] = False,
) -> None:
    """Liệt kê các ca kiểm thử."""
    for case in _cases(_target(target) if target else None, only, quick):
        if as_json:
            typer.echo(json.dumps(entry(case), ensure_ascii=False))
        else:
            mark = " " if case.level == "must" else "~"
            typer.echo(f"{mark} {case.id:44} {case.title.vi}")


@app.command()
def show(
    case_id: Annotated[str, typer.Argument(help="Mã của ca.")],
    out: Annotated[Path | None, typer.Option(help="Ghi gói tin của ca vào tệp này.")] = None,
) -> None:
    """Một ca: đòi hỏi gì, gửi gì, sửa thế nào."""
    case = next((case for case in CASES if case.id == case_id), None)
    if case is None:
        typer.echo(f"Không có ca {case_id}. Xem danh sách: qlvb conformance list.", err=True)
        raise typer.Exit(2)
    level = "bắt buộc" if case.level == "must" else "nên có"
    for name, text in (
        ("Ca", f"{case.id} ({level}), quy tắc {case.rule}"), ("Nội dung", f"{case.title.vi} ({case.title.en})"),
        ("Phải là", f"{case.expects.vi} ({case.expects.en})"), ("Cách sửa", case.fix.vi), ("Fix", case.fix.en),
    ):  # fmt: skip
        typer.echo(f"{name:10} {text}")
    if out and case.package:
        out.write_bytes(case.package())
        typer.echo(f"{'Gói tin':10} {out}")
    elif out:
        typer.echo("Ca này không gửi một gói tin cố định nên không ghi được.", err=True)
        raise typer.Exit(2)


@app.command()
def packages(
    folder: Annotated[Path, typer.Argument(help="Thư mục sẽ chứa các gói tin.")],
    only: Only = None,
) -> None:
    """Ghi mọi gói tin của các ca codec ra tệp, để thử mà không cần HTTP."""
    count = export(_cases("codec", only, False), folder)
    typer.echo(f"{folder}: {count} gói tin và suite.json.")


def _target(text: str) -> Target:
    for known in TARGETS:
        if text == known:
            return known
    raise typer.BadParameter(f"--target phải là {', '.join(TARGETS)}, không phải {text}")


def _cases(target: Target | None, only: list[str] | None, quick: bool) -> list[Case]:
    found = chosen(target, only or (), quick=quick)
    if not found:
        raise typer.BadParameter("không có ca nào khớp; xem qlvb conformance list")
    return found


def _headers(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, separator, value = text.partition(":")
        if not (separator and name.strip()):
            raise typer.BadParameter("--header phải có dạng 'Tên: giá trị'")
        found[name.strip()] = value.strip()
    return found


def _account(text: str, name: str, root: str) -> Account | None:
    if not text:
        return None
    code, separator, secret = text.partition(":")
    if not (separator and code and secret):
        raise typer.BadParameter(f"{name} phải có dạng CODE:SECRET")
    return Account(code, secret, root)


def _write(found: Run, junit_file: Path | None, html_file: Path | None, json_file: Path | None) -> None:
    if junit_file:
        junit_file.write_bytes(junit(found))
    if html_file:
        html_file.write_text(page(found), encoding="utf-8")
    if json_file:
        json_file.write_text(json.dumps(_told(found), ensure_ascii=False, indent=1), encoding="utf-8")


def _told(found: Run) -> dict[str, object]:
    results = [
        {"state": r.state, "seconds": round(r.seconds, 3), "expected": r.expected, "got": r.got, **entry(r.case)}
        for r in found.results
    ]
    return {**asdict(replace(found, results=())), "good": found.good, "results": results}
