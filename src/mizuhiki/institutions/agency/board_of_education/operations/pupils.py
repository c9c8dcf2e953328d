"""Enter pupils as decided, list and show them, take and approve accounts, end support (R-237)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.operations.adapters import CHANNEL
from mizuhiki.casework.operations.listing import LONGEST_LIST, Listed, Listing, families, list_supported, unused
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.board_of_education.domain.errors import UnknownAccount
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Item
from mizuhiki.institutions.agency.board_of_education.domain.pupils import (
    Account,
    SupportedPupil,
    Term,
    account_of,
    new_pupil_number,
    pupil_in,
    pupil_of,
)
from mizuhiki.institutions.agency.board_of_education.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure
from mizuhiki.vocabulary.dates import fiscal_year
from mizuhiki.vocabulary.layouts import Scalar

READ = "read-pupils"
ENTER = "enter-account"
APPROVE = "approve-account"
END = "end-support"


@dataclass(frozen=True, slots=True)
class PupilFile:
    """A supported pupil with names and accounts."""

    pupil: SupportedPupil
    name: str
    guardian_name: str
    accounts: tuple[Account, ...]


def facts(records: Records, case: Case) -> Mapping[str, Scalar]:
    """Return the births of everybody in the case, and whether the pupil is supported in this year already."""
    people = records.people.persons([one.person for one in case.subjects])
    births = [people[one.person].four_items.birth_date for one in case.subjects]
    return {
        "births": ",".join(birth.isoformat() for birth in births),
        "supported_already": records.pupils.supported_in(pupil_in(case), fiscal_year(case.received_on)),
    }


class EnterPupil:
    """Writes a decided case into the file of supported pupils, in the deciding transaction."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def __call__(self, _context: Context, records: Records, case: Case) -> None:
        """Enter the pupil; a refusal enters nobody."""
        number = unused(lambda: new_pupil_number(self._randomness.below), records.pupils.taken)
        pupil = pupil_of(case, number)
        if pupil is not None:
            records.pupils.put(pupil)


LISTING: Listing[Records, SupportedPupil] = Listing(
    action=READ,
    event="pupils-listed",
    content="pupils",
    entries=lambda records: records.pupils.pupils(LONGEST_LIST),
    bare=lambda pupil: dataclasses.replace(pupil, school_name="", ended_for=""),
    others=lambda pupil: (pupil.guardian,),
)


def pupils(context: Context, adapters: CaseAdapters[Records]) -> list[Listed[SupportedPupil]]:
    """Return supported pupils, newest first.

    Where a support measure stands on anybody of the family, neither name nor school is told: they say where all live.
    """
    return list_supported(context, adapters, LISTING)


def pupil_file(context: Context, adapters: CaseAdapters[Records], number: str) -> PupilFile:
    """Return a supported pupil with accounts.

    Raises:
        UnknownPupil: there is none.
        Withheld: a support measure stands on anybody of the family.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.pupils.pupil(number)
        (family,) = families(records, [found], LISTING.others)
    for person in sorted(family):
        adapters.gate.check(context, Disclosure(person, CHANNEL, context.actor.role, "pupil"))
    with adapters.store.transaction() as records:
        people = records.people.persons([found.person, found.guardian])
        accounts = records.pupils.accounts(number)
        records.audit(grounds, "pupil-viewed", "done", subject=number)
    return PupilFile(
        found, people[found.person].four_items.name, people[found.guardian].four_items.name, tuple(accounts)
    )


def enter_account(
    context: Context, adapters: CaseAdapters[Records], number: str, term: Term, recognised: Mapping[Item, int]
) -> Account:
    """Take a term's account of expenses from the school.

    Raises:
        UnknownPupil: there is none.
        AccountImplausible: see `domain.pupils.account_of`.
        AccountKnown: the account of the term was entered before.
    """
    grounds = adapters.permit(context, ENTER)
    with adapters.store.transaction() as records:
        account = account_of(
            records.pupils.pupil(number),
            adapters.randomness.token(9),
            term,
            recognised,
            by=context.actor.person or "",
            day=context.today(),
        )
        records.pupils.put_account(account)
        records.audit(grounds, "account-entered", "done", subject=number)
    return account


def approve_account(context: Context, adapters: CaseAdapters[Records], number: str, account: str) -> Account:
    """Approve an account of a pupil for payment to the principal.

    Raises:
        UnknownAccount: the pupil has none of this name.
        AccountKnown: approved before.
        EntererMayNotApprove: by whoever entered it.
    """
    grounds = adapters.permit(context, APPROVE)
    with adapters.store.transaction() as records:
        found = records.pupils.account(account)
        if found.pupil != number:
            raise UnknownAccount
        approved = found.approve(context.actor.person or "", context.today())
        records.pupils.approve(approved)
        records.audit(grounds, "account-approved", "done", subject=approved.pupil)
    return approved


def end_support(
    context: Context, adapters: CaseAdapters[Records], number: str, day: date, reason: str
) -> SupportedPupil:
    """End a pupil's support before its time, as when they leave the school.

    Raises:
        UnknownPupil: there is none.
        SupportEnded: ended already, no reason, or a day outside the support.
    """
    grounds = adapters.permit(context, END)
    with adapters.store.transaction() as records:
        ended = records.pupils.pupil(number).end(day, reason)
        records.pupils.put(ended)
        records.audit(grounds, "support-ended", "done", subject=number)
    return ended
