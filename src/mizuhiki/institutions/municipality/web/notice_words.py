"""Words for the codes of cards, notices, returned mail and actual residences."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.notices import NoticeState
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.institutions.municipality.web.messages import N_
from mizuhiki.ui.components import Tag, Tone

STATES = {
    "prepared": N_("Prepared"),
    "withdrawn": N_("Withdrawn"),
    "sent": N_("Sent"),
    "at-hall": N_("At the town hall"),
    "returned": N_("Returned, kept"),
    "awaiting-visit": N_("Person asked to come"),
    "handed-over": N_("Handed over"),
    "resent-by-municipality": N_("Sent again by us"),
    "return-registered": N_("Return registered, to be destroyed"),
    "disposed": N_("Destroyed"),
    "collection-due": N_("To be collected"),
    "collected": N_("Collected"),
    "lost": N_("Lost"),
    "surrendered": N_("Surrendered"),
}
STEPS = {
    "prepare": N_("Prepared"),
    "send": N_("Sent"),
    "withdraw": N_("Withdrawn"),
    "arrive-at-hall": N_("Arrived at the town hall"),
    "return": N_("Came back"),
    "ask-to-visit": N_("Person asked to come"),
    "hand-over": N_("Handed over"),
    "resend": N_("Sent again by us"),
    "register-return": N_("Return registered"),
    "dispose": N_("Destroyed"),
    "card-issued": N_("An Individual Number Card was issued"),
    "collect": N_("Collected"),
    "report-lost": N_("Reported lost"),
    "surrender": N_("Surrendered"),
    "endorse": N_("Change written on the card"),
}
TREATMENTS = {
    "dispose": N_("Register the return and destroy"),
    "new-notice": N_("Register the return, send a new card to the new address"),
    "ask-to-visit": N_("Ask the person to come"),
    "endorse-and-hand-over": N_("Write the new address on it and hand it over"),
    "endorse-and-resend": N_("Write the new address on it and send it by our own registered mail"),
    "hand-over": N_("Hand it over"),
    "resend": N_("Send it by our own registered mail"),
    "card-instead": N_("Hand nothing over; the Individual Number Card follows by restricted mail"),
    "expire": N_("The keeping period is over: register the return"),
}
FINDINGS = {
    "removed": N_("The record was removed (death, or not living there)"),
    "moved-out": N_("The person moved to another municipality"),
    "moved-within": N_("The person moved within the municipality"),
    "not-confirmed": N_("Nothing in the register explains the return"),
}
REASONS = {
    "no-such-addressee": N_("No such addressee"),
    "post-office-period-over": N_("Not collected at the post office"),
    "refused-by-addressee": N_("Refused"),
}
FORMS = {
    "notification-card": N_("Notification card"),
    "number-notice": N_("Individual Number notice"),
}
CAUSES = {
    "initial-sending": N_("Initial sending"),
    "new-number": N_("New number"),
    "resent-after-move-within": N_("Sent anew after a move within the municipality"),
    "resent-after-move-in": N_("Sent anew after a move in"),
    "reissued": N_("Issued again"),
}
DESTINATIONS = {
    "register-address": N_("Address of the register"),
    "actual-residence": N_("Registered actual residence"),
    "town-hall": N_("Town hall"),
}
DOCUMENTS = {
    "driving-licence": N_("Driving licence"),
    "passport": N_("Passport"),
    "residence-card": N_("Residence card"),
    "disability-certificate": N_("Disability certificate"),
    "health-insurance-card": N_("Health insurance card"),
    "pension-book": N_("Pension book"),
    "child-allowance-certificate": N_("Child rearing allowance certificate"),
}
REISSUES = {
    "lost-or-damaged": N_("Lost, burnt or damaged"),
    "lost-or-damaged-by-office": N_("Lost or damaged by a fault of an office"),
    "endorsements-full": N_("No line left for changes"),
    "after-surrender": N_("After surrender"),
    "number-or-code-changed": N_("Number or resident record code changed"),
    "wrong-delivery-by-office": N_("Wrong delivery by an office"),
    "surrendered-on-moving-abroad": N_("Surrendered on moving abroad"),
    "keeping-period-ended": N_("Destroyed after three months"),
}
CASES = {
    "disaster": N_("Evacuated after the Great East Japan Earthquake"),
    "violence": N_("Victim of domestic violence or the like"),
    "long-stay": N_("Long stay in a hospital or home"),
    "unavoidable": N_("Another unavoidable reason"),
}
SOURCES = {
    "application": N_("Application by the person or an agent"),
    "held-by-municipality": N_("Held by the municipality already"),
    "contact-by-municipality": N_("The municipality asked the person"),
}
PATHS = {
    "card-maker": N_("Sent there by the card maker"),
    "town-hall": N_("Kept at the town hall first; the card maker does not learn the address"),
}
PAPERS = {
    "identity-copy": N_("Copy of an identity document"),
    "place-proof": N_("Proof of the place"),
    "victim-proof": N_("Proof of being a disaster victim"),
    "power-of-attorney": N_("Power of attorney"),
    "agent-identity-copy": N_("Copy of the agent's identity document"),
}
ITEMS = {
    **PAPERS,
    "address": N_("Address"),
    "name": N_("Name"),
    "reason": N_("Reason"),
    "expected-for-long": N_("The stay is expected to be long"),
    "nobody-at-address": N_("Nobody lives at the address meanwhile"),
    "collects-after-leaving": N_("The person collects the card after leaving"),
    "identity-documents": N_("Identity documents"),
}
ERROR_TITLES = (
    N_("A notification card alone does not prove identity; ask for identity documents as well"),
    N_("An Individual Number notice does not prove a number; ask for a card or a copy of the record"),
    N_("This notification card is not in use any more"),
    N_("The items on the card differ from the register, so it no longer proves the number"),
    N_("The application lies outside the registration period"),
    N_("A paper that this application needs is missing"),
    N_("A condition of this case is not met"),
    N_("In this case the address must come from an application"),
    N_("In this case the card cannot be kept at the town hall"),
    N_("The address held already must be confirmed first, by contact in the registration period"),
    N_("Only an evacuee's application has a consent to share the address"),
    N_("The register does not allow this for the returned card"),
    N_("The keeping period of the returned card has not ended"),
    N_("This municipality does not take card applications at the counter"),
    N_("Notification cards were abolished on 25 May 2020; this cannot be done any more"),
    N_("No notification card or notice fits; check the card id or the four items"),
    N_("There is no such registration of an actual residence"),
    N_("There is no such mailing"),
    N_("The card stands at another step"),
    N_("The person still has a card or notice; report it lost or surrendered first"),
    N_("The column for later entries is full; issue the card again"),
    N_("Cards are sent from 5 October 2015"),
    N_("Sending to this residence needs no approval any more"),
    N_("A card id has 16 digits; check them"),
    N_("Say which item changed and what it is now"),
)
_TONES = {
    NoticeState.RETURNED: Tone.ATTENTION,
    NoticeState.AWAITING_VISIT: Tone.ATTENTION,
    NoticeState.RETURN_REGISTERED: Tone.ATTENTION,
    NoticeState.COLLECTION_DUE: Tone.ATTENTION,
    NoticeState.AT_HALL: Tone.ATTENTION,
    NoticeState.PREPARED: Tone.PROGRESS,
    NoticeState.SENT: Tone.PROGRESS,
    NoticeState.RESENT: Tone.PROGRESS,
    NoticeState.HANDED_OVER: Tone.DONE,
    NoticeState.COLLECTED: Tone.DONE,
}


def state_tag(desk: Desk, state: NoticeState) -> Tag:
    """Return where a card stands."""
    return Tag(desk.site.translate(STATES[state.value]), _TONES.get(state, Tone.NEUTRAL))


def choices_of(desk: Desk, words: dict[str, str]) -> list[tuple[str, str]]:
    """Return codes with their words."""
    return [(code, desk.site.translate(text)) for code, text in words.items()]
