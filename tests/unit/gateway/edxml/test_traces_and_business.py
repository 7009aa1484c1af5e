"""Traces of the hops, and what a package does: new, recall, update, replacement (edxml §3)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.conformance.packages.documents import (
    OTHER,
    RECEIVER,
    SENDER,
    document,
    recall,
    replacement,
    traces_of,
    update,
)
from infra.conformance.packages.tree import Element, group, leaves
from services.gateway.edxml import Staff, Trace
from services.gateway.edxml.model import ReceiverChange, Replacement, UpdateInfo
from services.gateway.receiving.rules import meant
from tests.unit.gateway.edxml.making import codes_of, document_of, readings_of


def _hop(organ_id: str | None, at: str) -> Element:
    return group("TraceHeader", *leaves(**({"OrganId": organ_id} if organ_id is not None else {}), Timestamp=at))


def test_every_hop_is_kept_in_order_the_one_of_nobody_too(tmp_path: Path) -> None:
    root = document()
    traces_of(root).children = [
        _hop("020100681592", "2026/11/24 14:45:03"),
        _hop(None, "2026/11/24 14:45:10"),
        _hop("null", "2026/11/24 14:46:00"),
        _hop("02.29.W00", "2026/11/24 14:54:34"),
        _hop("001.00.20.TT2", ""),
    ]
    found = document_of(root, tmp_path)
    assert [t.organ_id for t in found.traces] == ["020100681592", "", "", "02.29.W00", "001.00.20.TT2"]
    assert found.traces[0] == Trace("020100681592", datetime(2026, 11, 24, 7, 45, 3, tzinfo=UTC))
    assert found.traces[4].timestamp is None
    assert codes_of(found) == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026/11/24 08:30:00", datetime(2026, 11, 24, 1, 30, tzinfo=UTC)),
        ("2026/11/24 8:30", datetime(2026, 11, 24, 1, 30, tzinfo=UTC)),
        ("2026-11-24T08:30:00", datetime(2026, 11, 24, 1, 30, tzinfo=UTC)),
        ("2026-11-24T08:30:00+09:00", datetime(2026, 11, 23, 23, 30, tzinfo=UTC)),
        ("24/11/2026 08:30:00", datetime(2026, 11, 24, 1, 30, tzinfo=UTC)),
        ("2026/11/24", datetime(2026, 11, 23, 17, 0, tzinfo=UTC)),
    ],
)
def test_times_without_zone_are_those_of_viet_nam(text: str, moment: datetime, tmp_path: Path) -> None:
    root = document()
    traces_of(root).find("TraceHeader").set("Timestamp", text)
    assert document_of(root, tmp_path).traces[0].timestamp == moment


@pytest.mark.parametrize(
    "text", ["2026/11/24 25:00:00", "2026/11/24 08:30:61", "9999-12-31T23:59:59-12:00", "sáng nay"]
)
def test_an_impossible_time_is_told(text: str, tmp_path: Path) -> None:
    root = document()
    traces_of(root).find("TraceHeader").set("Timestamp", text)
    found = document_of(root, tmp_path)
    assert (found.traces[0].timestamp, codes_of(found)) == (None, ["DATE_INVALID"])


@pytest.mark.parametrize("first", [True, False])
def test_bussiness_stands_before_or_after_the_hops(first: bool, tmp_path: Path) -> None:
    root = recall()
    if not first:
        traces_of(root).children.reverse()
    found = document_of(root, tmp_path)
    assert (found.business_type, found.business_reason, found.problems) == (1, "Thu hồi do sai nội dung", ())


def test_bussiness_may_stand_in_the_header(tmp_path: Path) -> None:
    root = recall()
    business = traces_of(root).find("Bussiness")
    traces_of(root).drop("Bussiness")
    root.find("edXMLEnvelope/edXMLHeader/MessageHeader").children.append(business)
    assert document_of(root, tmp_path).business_type == 1


def test_without_bussiness_it_is_a_new_document_and_that_is_inferred(tmp_path: Path) -> None:
    root = document()
    traces_of(root).drop("Bussiness")
    found = document_of(root, tmp_path)
    assert (found.business_type, codes_of(found)) == (0, [])
    assert readings_of(found) == [("TraceHeaderList", "default", "")]


def test_a_recall_names_the_document_in_the_header_or_in_its_answers(tmp_path: Path) -> None:
    own = document_of(recall(), tmp_path)
    assert own.business_document_id == ""
    answered = [r.document_id for r in own.response_for]
    assert meant(own.business_document_id, own.document_id, answered) == ["G06,2026/11/24,7816/BKHCN-VP"]
    assert meant("A", "B", ["A", "C"]) == ["A", "B", "C"]


def test_an_update_says_what_changes(tmp_path: Path) -> None:
    found = document_of(update(), tmp_path)
    assert (found.business_type, found.business_document_id) == (2, "G06,2014/02/30,7806/BKHCN-VP")
    assert found.update_info == UpdateInfo(True, True, (ReceiverChange(RECEIVER, 0),))


def test_a_replacement_names_each_document_and_its_units_once(tmp_path: Path) -> None:
    root = replacement()
    infos = traces_of(root).find("Bussiness/ReplacementInfoList")
    infos.children.append(infos.children[0])
    found = document_of(root, tmp_path)
    assert found.replacements == (
        Replacement("G06,2025/01/01,1/BKHCN-VP", (RECEIVER, OTHER)),
        Replacement("G06,2025/01/02,2/BKHCN-VP", (RECEIVER, OTHER)),
    )
    assert readings_of(found) == [("ReplacementInfo[3]", "normalised", "G06,2025/01/01,1/BKHCN-VP")]


def test_staff_in_any_subset_and_order(tmp_path: Path) -> None:
    root = document()
    traces_of(root).find("Bussiness").children += [group("StaffInfo", *leaves(Mobile="0912", Staff="Lê Thị Hoa"))]
    assert document_of(root, tmp_path).staff == Staff("", "Lê Thị Hoa", "", "0912")


@pytest.mark.parametrize(
    ("text", "paper", "codes"), [("1", True, []), ("0", False, []), ("", False, []), ("2", False, ["NUMBER_INVALID"])]
)
def test_paper(text: str, paper: bool, codes: list[str], tmp_path: Path) -> None:
    root = document()
    traces_of(root).set("Bussiness/Paper", text)
    found = document_of(root, tmp_path)
    assert (found.paper, codes_of(found)) == (paper, codes)


def test_an_unknown_business_type_is_an_error_and_a_reason_that_contradicts_the_code_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    root = document()
    traces_of(root).set("Bussiness/BussinessDocType", "7")
    found = document_of(root, tmp_path / "a")
    assert [(p.code, p.severity, p.rule) for p in found.problems] == [
        ("BUSINESS_TYPE", "error", "U.TraceHeaderList.Bussiness.BussinessDocType")
    ]
    contradicting = update()
    traces_of(contradicting).set("Bussiness/BussinessDocReason", "văn bản điện tử mới")
    assert document_of(contradicting, tmp_path / "b").business_type == 2


def test_soap_marks_on_the_trace_list_are_kept(tmp_path: Path) -> None:
    root = document()
    traces_of(root).attributes = {"id": "3490sdo9", "mustUnderstand": "1"}
    found = document_of(root, tmp_path)
    assert [(u.path.rpartition("@")[2], u.text) for u in found.other] == [("id", "3490sdo9"), ("mustUnderstand", "1")]
    assert found.dialect == "D6"


def test_the_sender_is_among_the_hops(tmp_path: Path) -> None:
    assert [t.organ_id for t in document_of(document(), tmp_path).traces] == [SENDER]
