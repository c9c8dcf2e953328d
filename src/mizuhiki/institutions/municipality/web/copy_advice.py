"""What the counter can do about a copy that will not be given, by the code of the refusal; told at the check step."""

from __future__ import annotations

from mizuhiki.institutions.municipality.web.messages import N_

ADVICE = {
    "copy-requester-not-entitled": N_(
        "Ask in what capacity they ask. A member of the household is chosen from the list; anybody else needs a "
        "mandate or a legitimate reason."
    ),
    "copy-identity-not-shown": N_(
        "Ask for another document. Questions only the person can answer are enough for a plain copy of their own."
    ),
    "copy-paper-missing": N_("Ask for the paper and tick it, or give the request back."),
    "copy-reason-missing": N_("Ask for it and enter it."),
    "copy-item-not-for-requester": N_("Take the item off the request; the copy is given without it."),
    "copy-scope-refused": N_("Ask for this person only."),
    "number-copy-not-yet": N_("Take the number off the request."),
    "number-copy-delivery-refused": N_(
        "Send it to the person's registered address, or take the number off the request."
    ),
    "copy-delivery-not-applicable": N_("Choose the delivery that belongs to the way of asking."),
    "copy-delivery-not-justified": N_(
        "Send it to the person's registered address, or enter place, address and reason and say that they were "
        "found justified."
    ),
    "copy-representative-place-only": N_(
        "Send it to the person's registered address, or choose the representative's home or workplace and tick its "
        "proof."
    ),
    "copy-for-offender": N_("Give nothing, tell nothing about the record, and call the responsible officer."),
    "copy-record-not-kept": N_("Tell the requester that the time of keeping is over; no copy can be made."),
    "copy-kind-does-not-fit": N_(
        "Choose the copy of a removed record for who left or died, the copy of the resident record for who lives here."
    ),
    "copy-foreign-not-yet": N_("Take the code off the request."),
    "copy-number-not-on-record": N_("Take the number off the request, or wait until the number is designated."),
    "not-in-supplement": N_("Ask at the municipality of the registered domicile, which keeps the supplement."),
    "character-not-printable": N_(
        "Have the font installed for this character; the name is not printed in another writing."
    ),
    "print-does-not-fit": N_("Ask for fewer items on the copy."),
    "fonts-missing": N_("Have the fonts for printing installed; until then no copy can be printed."),
    "empty-form": N_("Correct the number of copies; at most 20 are issued at once."),
}
OTHERWISE = N_("Change the request, or give it back.")
