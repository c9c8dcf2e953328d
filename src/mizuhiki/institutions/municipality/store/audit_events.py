"""Every audit event of a municipality, declared beforehand; subjects are tokens of its own, never numbers."""

from __future__ import annotations

from mizuhiki.runtime.audit import AuditEvent

_FIELDS = frozenset({"subject", "count"})
_DESCRIPTIONS = {
    "codes-replenished": "Resident record codes came into the stock.",
    "numbers-generated": "The register generated numbers to be designated.",
    "number-designated": "Numbers were designated and written on records.",
    "number-notified": "Code and number were notified together.",
    "number-notice-reprinted": "The notice of a number was shown again.",
    "birth-registered": "A newborn child was entered.",
    "move-out-registered": "A move out was announced.",
    "moving-out-certificate-given": "Another municipality got a moving-out certificate.",
    "moving-out-certificate-fetched": "A moving-out certificate was fetched over the network.",
    "move-in-registered": "People who moved here were entered.",
    "records-removed": "Records were removed after a move.",
    "register-searched": "The register was searched.",
    "household-viewed": "A household was looked at.",
    "record-viewed": "A record was looked at.",
    "certificate-given": "A copy of a record was given, without number.",
    "certificate-with-number-given": "A copy with code and number was given on a special request.",
    "protection-marked": "A support measure was put on a record.",
    "protection-lifted": "A support measure was lifted.",
    "number-taken": "A number was taken from a person, or refused.",
    "pseudonyms-requested": "Pseudonyms were requested.",
    "tax-records-registered": "Tax records were stored.",
    "tax-records-viewed": "Tax records were looked at.",
    "local-copies-registered": "Local copies were registered.",
    "child-allowance-applied": "A claim was taken.",
    "linked-information-requested": "Information was asked for.",
    "paper-recorded": "A paper was recorded.",
    "case-viewed": "A case was looked at.",
    "decision-proposed": "A decision was proposed.",
    "decision-approved": "A decision was approved.",
    "payment-ordered": "A payment was ordered.",
    "decision-notice-sent": "A decision notice was sent.",
    "card-issued": "A card was handed over.",
    "signature-certificate-renewal": "Renewal of a signature certificate was asked for.",
    "assessment-submitted": "A protection assessment was handed in.",
    "life-event-entered": "A life event, correction or cancellation was entered.",
    "move-out-cancelled": "An announced move was cancelled.",
    "alias-claimed": "An alias was asked for and refused.",
    "residence-notice-taken": "A notice of the Minister of Justice was taken.",
    "event-task-closed": "A task of the register was closed.",
    "supplement-read": "The supplement to the family register was looked at.",
    "supplement-notice-taken": "A notice for the supplement was taken.",
    "supplement-answered": "Code and number of somebody back from abroad were given to another municipality.",
}
EVENTS = tuple(AuditEvent(name, text, _FIELDS) for name, text in _DESCRIPTIONS.items())
