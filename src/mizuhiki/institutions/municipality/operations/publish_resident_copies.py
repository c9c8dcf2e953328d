"""Keep the copies of resident records at the own intermediate server up with the register (番号法22条; R-217, R-255).

Every event marks the records it changes and the present members of their households in its own transaction. Here the
marks are read, the copies sent, and the marks taken away; a copy says what the register says when it is sent. About
whoever a support measure stands on, or who lives with such a person, the copy is one that is not disclosed; it is sent
at once when a measure begins or somebody comes to live with a protected person, and before all others in timed work.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from mizuhiki.casework.ports import Copy
from mizuhiki.institutions.municipality.domain.claims.awards import items_in
from mizuhiki.institutions.municipality.domain.resident_copies import EVERY_YEAR, KIND, ResidentCopy
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Conflict, NotFound, Refused, Unavailable
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.layouts import Layout, layout, layouts_accepted

PUBLISH = "publish-resident-copies"
BATCH = 500


def publish_resident_copies(context: Context, adapters: Adapters) -> int:
    """Register copies of records that changed and whose person is ready for linkage; return how many.

    Raises:
        PeerUnavailable: the own intermediate server does not answer; what it took before is settled.
    """
    grounds = adapters.permit(context, PUBLISH)
    # Until the server takes a copy that tells nothing, it answers with the one before: those go first.
    return _publish(context, adapters, grounds, hidden=True) + _publish(context, adapters, grounds)


def protected_among(records: Records, residents: Collection[str]) -> list[str]:
    """Return the records, of those an operation changed or made, that a measure of the person or household protects."""
    return sorted(records.support.measures_of(sorted(residents)))


def hide_households(context: Context, adapters: Adapters, grounds: Grounds, residents: Collection[str]) -> None:
    """Send at once the copies about protected records and all who live with them, which tell nothing now.

    Called right after the transaction in which a measure began or somebody came to live with a protected person. What
    was entered stands whether or not the own intermediate server takes the copies; what it does not take stays due for
    the timed work, which sends it first, and the journal of the office says so.
    """
    if not residents:
        return
    try:
        _publish(context, adapters, grounds, beside=residents, hidden=True)
    except (Unavailable, Conflict, NotFound, Refused) as problem:
        with adapters.store.transaction() as records:
            for resident in sorted(residents):
                records.audit(grounds, "resident-copies-waiting", problem.code, subject=resident)


def _publish(
    context: Context, adapters: Adapters, grounds: Grounds, *, beside: Collection[str] = (), hidden: bool = False
) -> int:
    if not layouts_accepted(KIND, context.today()):
        return 0
    form = layout(KIND, context.today())
    sent, after = 0, 0
    while True:
        with adapters.store.transaction() as records:
            due = records.resident_copies.due(BATCH, after, beside=beside, hidden=hidden)
        if not due:
            return sent
        after = due[-1].last_mark
        ready = adapters.linkage.held(sorted({one.addressee_number for one in due}))
        if not ready:
            continue
        # The version is kept before the copy leaves: what is sent again after a crash stands above it.
        with adapters.store.transaction() as records:
            copies = records.resident_copies.take(sorted(ready))
            for one in copies:
                _tell_server(records, one)
        adapters.linkage.register_copies([_copy(context, form, one) for one in copies])
        with adapters.store.transaction() as records:
            records.resident_copies.settle([one for one in due if one.addressee_number in ready])
            records.audit(grounds, "resident-copies-registered", "done", count=len(copies))
        sent += len(copies)


def _tell_server(records: Records, one: ResidentCopy) -> None:
    """Have everything else about a person withheld when their household came to be protected, and told again after.

    Tax and awards name the municipality somebody lives in, and whoever lives with a protected person lives where that
    one does; the counter shows neither. The mark stands at the server, so that no copy has to be sent again.
    """
    addressee = records.linkage.addressee(one.addressee_number) if one.turned else None
    if addressee is not None:
        records.linkage.tell_protection(dataclasses.replace(addressee, protected=one.hidden))


def _copy(context: Context, form: Layout, one: ResidentCopy) -> Copy:
    items = items_in(form, one.residence.items())
    form.validate(items)
    return Copy(
        addressee_number=one.addressee_number,
        kind=KIND,
        layout_version=form.version,
        fiscal_year=EVERY_YEAR,
        valid_from=one.residence.since,
        items=items,
        not_disclosed=one.hidden,
        source_version=one.version,
        as_of=context.now(),
    )
