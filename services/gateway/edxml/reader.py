"""The tolerant reader: any dialect of QCVN 102:2016 in, one model out, dangerous packages refused."""

from pathlib import Path
from typing import BinaryIO

from services.gateway.edxml.dialects import KNOWN, dialect_of
from services.gateway.edxml.feeding import Feeder
from services.gateway.edxml.fields import Fields
from services.gateway.edxml.files import read_attachments
from services.gateway.edxml.header import read_document, read_status
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Package, Status
from services.gateway.edxml.tree import Node

_DEFAULT = Limits()


def read(stream: BinaryIO, folder: Path, limits: Limits = _DEFAULT) -> Package | Status:
    """Read one package; attachments become files in `folder` under names that this reader makes.

    Raises EdxmlRefused, after which nothing is left in the folder. Whatever else is wrong is in `problems`.
    """
    feeder = Feeder(folder, limits)
    done = False
    try:
        root = feeder.parse(stream)
        package = _interpret(root, feeder, limits)
        done = True
        return package
    finally:
        feeder.target.abort()
        if not done or isinstance(package, Status):
            for path in feeder.target.files:
                path.unlink(missing_ok=True)


def _interpret(root: Node, feeder: Feeder, limits: Limits) -> Package | Status:
    nodes = list(root.walk())
    fields = Fields(nodes, feeder.problems)
    if root.namespace not in KNOWN:
        fields.note("UNKNOWN_NAMESPACE", "warning", root, root.namespace)
    header = next((n for n in nodes if n.name == "MessageHeader"), None)
    dialect = _dialect(root, nodes)
    if header and any(child.name == "StatusCode" for child in header.children):
        return read_status(header, fields, dialect)
    attachments = read_attachments(nodes, fields, limits)
    return read_document(header or root, fields, attachments, dialect)


def _dialect(root: Node, nodes: list[Node]) -> str:
    paths = frozenset(n.path for n in nodes)
    soap_attributes = any(n.name == "TraceHeaderList" and n.attributes for n in nodes)
    return dialect_of(root.raw, root.namespace, paths, soap_attributes)
