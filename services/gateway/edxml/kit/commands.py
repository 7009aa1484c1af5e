"""`qlvb edxml`: check, make, show and compare packages on the command line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from services.gateway.edxml.errors import EdxmlInvalid, EdxmlRefused
from services.gateway.edxml.kit import make as making
from services.gateway.edxml.kit.check import check as check_file
from services.gateway.edxml.kit.check import summary
from services.gateway.edxml.kit.diff import compare, label
from services.gateway.edxml.kit.flat import files as files_of
from services.gateway.edxml.kit.flat import flat
from services.gateway.edxml.model import Package, Problem, Status
from services.gateway.edxml.reading.reader import read
from services.gateway.edxml.rulebook import rule_ids
from services.gateway.edxml.writing.writer import write, write_status

app = typer.Typer(help="Công cụ gói tin edXML (QCVN 102:2016/BTTTT).", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON.")]
Out = Annotated[Path, typer.Argument(help="Tệp gói tin sẽ ghi.")]


@app.callback()
def edxml() -> None:
    """Công cụ gói tin edXML (QCVN 102:2016/BTTTT)."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Các tệp gói tin cần kiểm tra.")],
    as_json: Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON, mỗi tệp một dòng.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Không đạt cả khi chỉ có cảnh báo.")] = False,
) -> None:
    """Kiểm tra gói tin; trả về 0 nếu tất cả đạt, 1 nếu có tệp không đạt."""
    good = True
    for path in files:
        try:
            report = check_file(path)
        except OSError as error:
            typer.echo(f"{path}: không mở được tệp ({error.strerror}). Vui lòng kiểm tra lại đường dẫn.", err=True)
            good = False
            continue
        typer.echo(report.to_json() if as_json else report.to_text())
        good = good and (report.strict if strict else report.ok)
    raise typer.Exit(0 if good else 1)


@app.command()
def show(file: Annotated[Path, typer.Argument(help="Tệp gói tin.")], as_json: Json = False) -> None:
    """Hiển thị nội dung gói tin, các giá trị suy ra và phần mở rộng."""
    package = _package(file)
    if as_json:
        told = {"kind": package.kind, "dialect": package.dialect, "fields": flat(package), "files": files_of(package)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(f"{file}: {summary(package)} ({package.dialect})")
    for name, value in flat(package).items():
        shown = "; ".join(value) if isinstance(value, list) else value
        typer.echo(f"  {label(name):24} {shown}   [{name}]")
    for found in files_of(package):
        typer.echo(f"  tệp {found['name']}: {found['size']} byte, SHA-256 {found['sha256']}")
    if isinstance(package, Package) and package.signature_state != "absent":
        typer.echo(f"  chữ ký XML: {package.signature_state} {package.signature.signer}".rstrip())
    for reading in package.readings:
        typer.echo(f"  suy ra ({reading.how}, dòng {reading.line}): {reading.path} = {reading.raw}")
    for unknown in package.other:
        typer.echo(f"  mở rộng: {unknown.path} = {unknown.text}")


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(help="Gói tin thứ nhất.")],
    second: Annotated[Path, typer.Argument(help="Gói tin thứ hai.")],
    traces: Annotated[bool, typer.Option("--traces", help="So cả vết chuyển.")] = False,
    as_json: Json = False,
) -> None:
    """So ý nghĩa hai gói tin; trả về 0 nếu như nhau, 1 nếu khác."""
    found = compare(_package(first), _package(second), traces=traces)
    if as_json:
        typer.echo(json.dumps([vars(d) for d in found], ensure_ascii=False, indent=1))
    elif not found:
        typer.echo("Hai gói tin có cùng ý nghĩa.")
    for difference in () if as_json else found:
        typer.echo(f"{difference.label} [{difference.field}]")
        typer.echo(f"  - {difference.first or '(không có)'}\n  + {difference.second or '(không có)'}")
    raise typer.Exit(1 if found else 0)


@app.command()
def make(
    out: Out,
    sender: Annotated[str, typer.Option("--from", help="Nơi gửi: MÃ=Tên cơ quan.")],
    to: Annotated[list[str], typer.Option("--to", help="Nơi nhận: MÃ=Tên cơ quan; lặp lại cho nhiều nơi.")],
    number: Annotated[str, typer.Option(help="Số văn bản.")],
    notation: Annotated[str, typer.Option(help="Ký hiệu, ví dụ QĐ-SKHCN.")],
    subject: Annotated[str, typer.Option(help="Trích yếu.")],
    file: Annotated[list[Path] | None, typer.Option(help="Tệp đính kèm; lặp lại cho nhiều tệp.")] = None,
    day: Annotated[str, typer.Option("--date", help="Ngày ban hành yyyy/MM/dd; mặc định hôm nay.")] = "",
    type_name: Annotated[str, typer.Option("--type", help="Tên loại văn bản.")] = "Công văn",
    place: Annotated[str, typer.Option(help="Nơi ban hành.")] = "",
    signer: Annotated[str, typer.Option(help="Người ký: Chức vụ:Họ tên.")] = "",
    priority: Annotated[int, typer.Option(help="Độ khẩn 0–4.")] = 0,
    due: Annotated[str, typer.Option(help="Hạn trả lời yyyy/MM/dd.")] = "",
    kind: Annotated[str, typer.Option(help="new, recall, update, replace.")] = "new",
    about: Annotated[list[str] | None, typer.Option(help="Mã văn bản bị thu hồi, cập nhật, thay thế.")] = None,
    reason: Annotated[str, typer.Option(help="Lý do thu hồi, cập nhật.")] = "",
    answers: Annotated[Path | None, typer.Option(help="Gói tin được trả lời.")] = None,
    document_id: Annotated[str, typer.Option(help="Mã văn bản; mặc định theo quy tắc.")] = "",
) -> None:
    """Tạo gói tin văn bản theo mẫu chuẩn."""
    try:
        wanted = making.Wanted(
            sender, to, number, notation, subject, day, type_name, place, signer, priority, due, kind,
            tuple(about or ()), reason, document_id, _document(answers) if answers else None,
        )  # fmt: skip
        package, files = making.document(wanted), making.outgoing(file or [])
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".edxml-", delete=False) as part:
            try:
                written = write(package, files, part.file, strict_id=not document_id)
            except BaseException:
                Path(part.name).unlink()
                raise
        Path(part.name).replace(out)
    except (EdxmlInvalid, making.BadOption) as no:
        _refuse(no)
    except OSError as error:
        _stop(f"{error.filename or out}: {error.strerror}. Vui lòng kiểm tra lại đường dẫn.")
    typer.echo(f"{out}: {summary(package, len(files))}; {written.size} byte, SHA-256 {written.sha256}")


@app.command("status")
def make_status(
    out: Out,
    about: Annotated[Path, typer.Option(help="Gói tin văn bản được báo trạng thái.")],
    code: Annotated[str, typer.Option(help="01, 02, 03, 04, 05, 06, 13, 15 hoặc 16.")],
    sender: Annotated[str, typer.Option("--from", help="Nơi báo: MÃ=Tên; mặc định nơi nhận đầu tiên.")] = "",
    description: Annotated[str, typer.Option(help="Diễn giải; lý do khi từ chối.")] = "",
    staff: Annotated[str, typer.Option(help="Người thực hiện.")] = "",
) -> None:
    """Tạo gói tin trạng thái trả lời một gói tin văn bản."""
    try:
        status = making.status(_document(about), code, sender, description, staff)
        with out.open("wb") as stream:
            written = write_status(status, stream)
    except (EdxmlInvalid, making.BadOption) as no:
        out.unlink(missing_ok=True)
        _refuse(no)
    except OSError as error:
        _stop(f"{error.filename or out}: {error.strerror}. Vui lòng kiểm tra lại đường dẫn.")
    typer.echo(f"{out}: {summary(status)}; {written.size} byte, SHA-256 {written.sha256}")


@app.command()
def rules(as_json: Json = False) -> None:
    """Liệt kê mọi quy tắc kiểm tra và mã của chúng."""
    for rule, code, words in rule_ids():
        if as_json:
            typer.echo(json.dumps({"code": code, **vars(words)}, ensure_ascii=False))
        else:
            typer.echo(f"{rule:60} {words.expected_vi or words.message_vi}")


def _package(path: Path) -> Package | Status:
    """The package, its files already forgotten."""
    try:
        with tempfile.TemporaryDirectory(prefix="edxml-") as folder, path.open("rb") as stream:
            return read(stream, Path(folder))
    except EdxmlRefused as no:
        _tell([no.problem])
        _stop(f"{path}: không đọc được gói tin.", 2)
    except OSError as error:
        _stop(f"{path}: không mở được tệp ({error.strerror}). Vui lòng kiểm tra lại đường dẫn.", 2)


def _document(path: Path) -> Package:
    package = _package(path)
    if isinstance(package, Status):
        _stop(f"{path}: là gói trạng thái; cần một gói văn bản.", 2)
    return package


def _refuse(no: EdxmlInvalid | making.BadOption) -> NoReturn:
    if isinstance(no, EdxmlInvalid):
        _tell(no.problems)
        _stop("Chưa tạo được gói tin: sửa các lỗi trên rồi chạy lại.")
    _stop(str(no))


def _tell(problems: Sequence[Problem]) -> None:
    for found in problems:
        expected = f" Cần: {found.expected_vi}." if found.expected_vi else ""
        typer.echo(f"[{found.rule}] {found.message_vi}{expected} {found.fix_vi} ({found.message_en})", err=True)


def _stop(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
