"""Certificates of municipalities as sealed PDF pages: copies of the resident record and its relatives.

    pdf = render(ResidentCopy(issue=..., address=..., head=..., residents=(...,)))

What may be printed for whom is decided by the municipality; an item that is not given is printed as left out (省略).
"""

from mizuhiki.documents.certificates.items import (
    AddressEntry,
    Certificate,
    ForeignResident,
    Issue,
    RemovedEntry,
    RemovedRecordCopy,
    ResidentCopy,
    ResidentEntry,
    ResidentItem,
    ResidentStatement,
    SupplementCopy,
    SupplementEntry,
)
from mizuhiki.documents.certificates.page import render, render_pictures

__all__ = [
    "AddressEntry",
    "Certificate",
    "ForeignResident",
    "Issue",
    "RemovedEntry",
    "RemovedRecordCopy",
    "ResidentCopy",
    "ResidentEntry",
    "ResidentItem",
    "ResidentStatement",
    "SupplementCopy",
    "SupplementEntry",
    "render",
    "render_pictures",
]
