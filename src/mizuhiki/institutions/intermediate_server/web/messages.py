"""Codes in words for staff; message ids, translated in ``translations``."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.holding import Mode, RefusalReason


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


CASES = {
    "mislink": N_("The answer seems to be about another person"),
    "address-differs": N_("The other office has another address"),
    "answer-rejected": N_("An answer did not verify"),
    "four-item-mismatch": N_("The four items differ from the register"),
    "four-item-variant": N_("The name differs in variant characters only"),
    "double-addressee": N_("Two addressees are one person"),
    "pseudonym-of-another-person": N_("The addressee has become another person"),
    "record-does-not-reconcile": N_("Our record and the core's differ"),
    "notice-refused": N_("A notice was refused"),
    "notice-stuck": N_("A notice cannot be sent"),
    "inquiry-stuck": N_("An inquiry cannot be sent"),
}
REASONS = {
    RefusalReason.RECORD_UNDER_CORRECTION: N_("The record is being corrected"),
    RefusalReason.NOT_NEEDED_FOR_AFFAIR: N_("Not needed for the affair"),
    RefusalReason.HELD_BY_ANOTHER_BODY: N_("Another body holds it"),
    RefusalReason.PERSON_AT_RISK: N_("The person is at risk"),
}
MODES = {Mode.AUTOMATIC: N_("Answered at once"), Mode.MANUAL: N_("After approval")}
ROLES = {
    "linkage-officer": N_("Linkage officer"),
    "protection-officer": N_("Officer for protected persons"),
    "security-officer": N_("Security officer"),
}
NAVIGATION = (
    ("/", N_("Exchanges")),
    ("/cases", N_("Cases")),
    ("/waiting", N_("Waiting")),
    ("/files", N_("Files of inquiries")),
    ("/provisions", N_("Answers to approve")),
    ("/rules/kinds", N_("Rules by kind")),
    ("/approvals", N_("Approvals")),
    ("/rules/addressees", N_("Rules by person")),
    ("/reconciliation", N_("Reconciliation")),
    ("/traps", N_("Traps")),
)
ERROR_TITLES = (
    N_("Another officer has to confirm this approval"),
    N_("A refusal needs a reason"),
    N_("This file is not kept here any more; give it in again"),
    N_("There is no such file or page"),
    N_("This was decided before"),
    N_("The role may not do this"),
    N_("Another institution does not answer"),
)
