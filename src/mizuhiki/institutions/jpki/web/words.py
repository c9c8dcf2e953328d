"""Words of the operators' pages; each is a message id of the catalogue."""

from __future__ import annotations

from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.practice import TerminalState

KIND_TITLES = {
    Kind.USER_IDENTIFICATION: "User identification certificates",
    Kind.SIGNATURE: "Signature certificates",
}
CARRIER_TITLES = {Carrier.CARD: "Card", Carrier.PHONE: "Phone"}
TERMINAL_STATES = {
    TerminalState.PROPOSED: "Proposed",
    TerminalState.APPROVED: "Approved",
    TerminalState.SUSPENDED: "Suspended",
    TerminalState.WITHDRAWN: "Withdrawn",
}
INCIDENT_TITLES = {
    "key-compromise": "Key compromised or suspected",
    "wrong-issue": "Certificate issued wrongly",
    "late-revocation": "Revocation late or missed",
    "outage": "Service down",
    "other": "Other incident",
}
