"""A run as JUnit XML, for build servers."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from infra.conformance.suite import Result, Run

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run) -> bytes:
    """One test suite; `should` cases that fail are noted in the output of a test that passed."""
    seconds = sum(result.seconds for result in run.results)
    counts = {"tests": len(run.results), "failures": run.count("failed"), "skipped": run.count("skipped")}
    told = {name: str(count) for name, count in counts.items()}
    root = Element("testsuites", {"name": f"qlvb-conformance {run.version}", "time": f"{seconds:.3f}", **told})
    suite = SubElement(
        root,
        "testsuite",
        {"name": run.target, "timestamp": run.started, "hostname": run.url, "time": f"{seconds:.3f}", **told},
    )
    for result in run.results:
        _add(suite, result)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _add(suite: Element, result: Result) -> None:
    case = result.case
    group, _, name = case.id.rpartition(".")
    told = {"classname": group, "name": f"{name}: {case.title.vi}", "time": f"{result.seconds:.3f}"}
    test = SubElement(suite, "testcase", told)
    text = _clean(f"{case.rule}\nCần: {result.expected}\nNhận được: {result.got}\n{case.fix.vi}\n{case.fix.en}")
    if result.state == "failed":
        SubElement(test, "failure", {"type": case.rule, "message": _clean(result.expected)}).text = text
    elif result.state == "skipped":
        SubElement(test, "skipped", {"message": _clean(result.got)})
    elif result.state == "warned":
        SubElement(test, "system-out").text = text


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
