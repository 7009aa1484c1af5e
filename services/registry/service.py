"""registry: what is on record. The table of contents; each room has one subject.

files       uploads: format, true type, nothing that runs, safe names; who may read which stored file
documents   the 29 document types of NĐ 30/2020 as dated templates, typeset to PDF; the printed register
layout      which rules of the form an uploaded file breaks, and where
uploads     files that come in pieces over a bad line (tus 1.0), until they are whole
annexes     which annexes a text names, against the files that are attached
outgoing    drafts and their versions, approvals as workflow tells them, number, seal, issue, recall
incoming    arrivals, the verdict on their signatures, acceptance with an arrival number, refusal, take-back
copies      sao y, sao lục, trích sao: asked for, decided, numbered in their own series, signed or printed
conversions  a stored file → PDF/A beside it, with tool, hashes and the signatures as they were before
scans       whether a scan of a paper is in colour, from 200 dpi on, whole pages
paper_issues  what leaves on paper: printed for the hand seal, receivers, postal register, envelopes, labels
stamps      the arrival stamp "ĐẾN": as a label, and on a copy for printing
proofs      an issued document against what was sent, its signatures judged anew, on a sheet to print
numbering   series of numbers without gap or double, divided as the office's head decided, from 01 each year
registers   the ten columns of annex IV, counts of what waits
usage       how far offices use the system, by month, and the documents behind each figure
timeline    what happened to a document, in words people read
offices     copies of identity's offices, organ codes and people
links.py    which document answers which;  access.py  whose objects a caller may touch
"""

from datetime import timedelta
from pathlib import Path

from services.registry.base import Base
from services.registry.conversions import routes as conversions
from services.registry.copies import consumers as copy_consumers
from services.registry.copies import routes as copies
from services.registry.documents import routes as documents
from services.registry.files import routes as files
from services.registry.incoming import consumers as incoming_consumers
from services.registry.incoming import routes as incoming
from services.registry.layout import routes as layout
from services.registry.numbering import routes as numbering
from services.registry.offices import consumers as offices
from services.registry.outgoing import consumers as outgoing_consumers
from services.registry.outgoing import routes as outgoing
from services.registry.paper_issues import routes as paper_issues
from services.registry.proofs import routes as proofs
from services.registry.registers import routes as registers
from services.registry.stamps import routes as stamps
from services.registry.uploads import actions as uploading
from services.registry.uploads import routes as uploads
from services.registry.usage import routes as usage
from shared.service import Job, Service

service = Service(
    name="registry",
    base=Base,
    migrations=str(Path(__file__).parent / "migrations"),
    routers=[
        files.router,
        uploads.tus,
        uploads.router,
        documents.router,
        layout.router,
        outgoing.router,
        incoming.router,
        numbering.router,
        registers.router,
        copies.router,
        conversions.router,
        paper_issues.router,
        stamps.router,
        proofs.router,
        usage.router,
    ],
    consumers=[
        *offices.consumers,
        *outgoing_consumers.consumers,
        *incoming_consumers.consumers,
        *copy_consumers.consumers,
    ],
    jobs=[Job("clear-uploads", timedelta(minutes=30), uploading.clear)],
)
