"""The judge of fault runs: independent of the services, silent on a clean record, and it finds each kind of wrong."""

from __future__ import annotations

import copy
import hashlib
import subprocess
import sys
from datetime import date

import pytest

from infra.faults.judge import judge
from infra.faults.record import Record

SHA = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("main", "annex", "other")}
FILES = [{"sha256": SHA["main"], "size": 9, "role": "main"}, {"sha256": SHA["annex"], "size": 9, "role": "annex"}]
IDENTIFIER = "H60.10,2026/11/25,01/QĐ"


def clean() -> Record:
    """One document to an office here and to one behind the axis, both received."""
    record = Record()
    record.orders = [{"subject": "Một", "recipients": ["H60.61", "G06"], "code": "01/QĐ"}]
    same = {"code": "01/QĐ", "identifier": IDENTIFIER, "subject": "Một", "files": FILES}
    record.outgoing = [{"id": "d1", "office_id": "o1", "state": "ISSUED", "number": 1, **same}]
    record.incoming = [{"id": "i1", "office_id": "o2", "state": "REGISTERED", "arrival_number": 1, **same}]
    record.recipients["d1"] = [{"organ_id": "H60.61"}, {"organ_id": "G06"}]
    record.office_of = {"H60.10": "o1", "H60.61": "o2"}
    record.status_of = {("d1", "H60.61"): "03", ("d1", "G06"): "06"}
    record.on_axis = [{"identifier": IDENTIFIER, "to": "G06", "files": [f["sha256"] for f in FILES]}]
    record.numbers = [
        {"office_id": o, "kind": k, "year": 2026, "number": 1, "date": date(2026, 11, 25), "owner_id": d}
        for o, k, d in (("o1", "outgoing", "d1"), ("o2", "incoming", "i1"))
    ]
    record.series = [
        {"office_id": o, "kind": k, "year": 2026, "last_number": 1} for o, k in (("o1", "outgoing"), ("o2", "incoming"))
    ]
    acts = ("registry.draft-created", "registry.number-assigned", "registry.sealed", "registry.issued")
    record.acts.update({(act, "d1"): 1 for act in acts})
    record.acts[("registry.registered", "i1")] = 1
    record.files = {file["sha256"]: ((file["sha256"], 9), 9) for file in FILES}
    record.signatures = {SHA["main"]: 2, SHA["annex"]: 1}
    return record


def lost_order(r: Record) -> None:
    r.orders.append({"subject": "Hai", "recipients": [], "code": "02/QĐ"})


def lost_copy(r: Record) -> None:
    r.incoming.clear()
    r.numbers.pop()
    r.series.pop()


def status_unseen(r: Record) -> None:
    r.status_of[("d1", "H60.61")] = "01"


def not_on_the_axis(r: Record) -> None:
    r.on_axis.clear()


def arrived_twice(r: Record) -> None:
    r.incoming.append(r.incoming[0] | {"id": "i2", "arrival_number": None})


def on_the_axis_twice(r: Record) -> None:
    r.on_axis.append(r.on_axis[0])


def issued_twice(r: Record) -> None:
    r.acts[("registry.issued", "d1")] = 2


def signed_twice(r: Record) -> None:
    r.signatures[SHA["main"]] = 3


def other_files(r: Record) -> None:
    r.incoming[0]["files"] = r.incoming[0]["files"][:1]


def other_bytes(r: Record) -> None:
    r.files[SHA["main"]] = ((SHA["other"], 9), 9)


def no_bytes(r: Record) -> None:
    r.files[SHA["main"]] = (None, 9)


def a_number_left_out(r: Record) -> None:
    r.series[0]["last_number"] = 2


def a_number_of_nobody(r: Record) -> None:
    r.numbers.append(r.numbers[0] | {"owner_id": "d9", "number": 2})
    r.series[0]["last_number"] = 2


def a_broken_chain(r: Record) -> None:
    r.broken_chains["registry"] = "audit chain broken at record 7"


def a_dead_letter(r: Record) -> None:
    r.dead.append(("qlvb.gateway", "qlvb.x.v1", "KeyError"))


def a_fact_that_waits(r: Record) -> None:
    r.outbox["registry"] = 1


def a_document_that_stopped(r: Record) -> None:
    r.orders.append({"subject": "Hai", "recipients": [], "code": ""})
    r.outgoing.append(r.outgoing[0] | {"id": "d2", "subject": "Hai", "state": "SIGNED", "number": None})


def an_arrival_without_sender(r: Record) -> None:
    r.incoming.append(r.incoming[0] | {"id": "i2", "identifier": "?", "arrival_number": None})


WRONG = {
    "lost": [lost_order, lost_copy, status_unseen, not_on_the_axis],
    "doubled": [arrived_twice, on_the_axis_twice, issued_twice, signed_twice],
    "changed": [other_files, other_bytes, no_bytes],
    "gaps": [a_number_left_out, a_number_of_nobody, a_broken_chain],
    "unexplained": [a_dead_letter, a_fact_that_waits, a_document_that_stopped, an_arrival_without_sender],
}


def test_a_clean_record_is_clean():
    verdict = judge(clean())
    assert verdict.line() == "lost 0 · doubled 0 · changed 0 · gaps 0 · unexplained 0", verdict.found
    assert verdict.clean


@pytest.mark.parametrize(("kind", "spoil"), [(k, s) for k, found in WRONG.items() for s in found])
def test_each_wrong_is_found(kind, spoil):
    record = copy.deepcopy(clean())
    spoil(record)
    verdict = judge(record)
    assert verdict.found[kind], verdict.found
    assert not verdict.clean


def test_the_judge_shares_no_code_with_the_services():
    program = (
        "import sys, infra.faults.judge;"
        "print([m for m in sys.modules if m.split('.')[0] in ('services', 'shared', 'contracts')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
