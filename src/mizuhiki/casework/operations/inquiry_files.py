"""A section's staff ask with a file: give in, try, send, follow, fetch (番号法19条8号; R-217).

    given in ──▶ held (a day at most) ──try──▶ findings ──send──▶ own intermediate server ──▶ outcomes

What a line leads to is decided by the own intermediate server, as for a single inquiry. A section asks for its own
affair only and about people it has a record of. A step that is cut off is simply done again: the same content is the
same file there too, so nobody is asked twice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from mizuhiki.casework.domain.cases import PROVIDED
from mizuhiki.casework.domain.errors import (
    InquiryAboutStranger,
    InquiryAboutUndecided,
    InquiryFileNotHeld,
    InquiryFileOfAnotherAffair,
)
from mizuhiki.casework.domain.inquiry_files import (
    FilePlan,
    FileProgress,
    HeldFile,
    InquiryFile,
    LineOutcome,
)
from mizuhiki.casework.operations.adapters import CaseAdapters
from mizuhiki.casework.ports import RecordsT
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure
from mizuhiki.vocabulary.errors import MizuhikiError

ACTION = "hand-in-files"
CHANNEL = "outcome-file"
EVENT = "inquiry-file-handled"


def faults(context: Context, adapters: CaseAdapters[RecordsT], file: InquiryFile) -> list[MizuhikiError]:
    """Return why a file is not taken, line by line.

    It is about another section's affair, nobody of whom there is a record, or somebody staff has to decide about.
    """
    adapters.permit(context, ACTION)
    people = [line.addressee_number for line in file.lines]
    with adapters.store.transaction() as records:
        known = records.people.known_by_addressee(people)
    undecided = adapters.undecided(people)
    found: list[MizuhikiError] = []
    for line in file.lines:
        if line.affair != context.affair:
            found.append(InquiryFileOfAnotherAffair(line=line.number))
        elif line.addressee_number not in known:
            found.append(InquiryAboutStranger(line=line.number))
        elif line.addressee_number in undecided:
            found.append(InquiryAboutUndecided(line=line.number))
    return found


def give_in(context: Context, adapters: CaseAdapters[RecordsT], file: InquiryFile) -> bool:
    """Hold a file until it is sent or a day has passed; false when its content was sent before.

    Raises:
        InquiryFileOfAnotherAffair, InquiryAboutStranger, InquiryAboutUndecided: the first of `faults`; nothing is held.
    """
    grounds = adapters.permit(context, ACTION)
    for fault in faults(context, adapters, file):
        raise fault
    with adapters.store.transaction() as records:
        known = records.files.find(file.file_id)
        if known is not None:
            return known[0].sent_at is None
        held = HeldFile(
            file_id=file.file_id,
            name=file.name,
            affair=context.affair,
            lines=len(file.lines),
            held_by=context.actor.person or "",
            held_at=context.now(),
        )
        records.files.put(held, file)
        records.audit(grounds, EVENT, "given-in", count=len(file.lines))
    return True


def listed(
    context: Context, adapters: CaseAdapters[RecordsT], *, sent: bool, limit: int, offset: int = 0
) -> list[HeldFile]:
    """Return files of the context's affair, those sent or those waiting, newest first."""
    adapters.permit(context, ACTION)
    with adapters.store.transaction() as records:
        return records.files.listed(context.affair, sent=sent, limit=limit, offset=offset)


def try_out(context: Context, adapters: CaseAdapters[RecordsT], file_id: str) -> FilePlan:
    """Tell what a file would lead to; nothing is sent.

    Raises:
        InquiryFileNotHeld: there is no such file of this affair.
        PeerUnavailable: the own intermediate server does not answer.
    """
    adapters.permit(context, ACTION)
    _held, file = _held_file(context, adapters, file_id)
    return adapters.files.plan(file)


def send(context: Context, adapters: CaseAdapters[RecordsT], file_id: str) -> FileProgress:
    """Hand a file to the own server, which asks section by section and goes on after an outage. Once more is the same.

    Raises:
        InquiryFileNotHeld: there is no such file of this affair.
        InquiryAboutStranger, InquiryAboutUndecided: of a line, since it was given in; the file is held on.
        PeerUnavailable: the own intermediate server does not answer; the file is held on.
    """
    grounds = adapters.permit(context, ACTION)
    held, file = _held_file(context, adapters, file_id)
    if held.sent_at is None:
        for fault in faults(context, adapters, file):
            raise fault
    progress = adapters.files.submit(file)
    if held.sent_at is None:
        with adapters.store.transaction() as records:
            records.files.mark_sent(file_id, context.now())
            records.audit(grounds, EVENT, "sent", count=held.lines)
    return progress


def discard(context: Context, adapters: CaseAdapters[RecordsT], file_id: str) -> None:
    """Forget a file that was not sent.

    Raises:
        InquiryFileNotHeld: there is none, or it was sent.
    """
    grounds = adapters.permit(context, ACTION)
    held, _file = _held_file(context, adapters, file_id)
    if held.sent_at is not None:
        raise InquiryFileNotHeld
    with adapters.store.transaction() as records:
        records.files.drop(file_id)
        records.audit(grounds, EVENT, "discarded", count=held.lines)


def follow(context: Context, adapters: CaseAdapters[RecordsT], file_id: str) -> tuple[FileProgress, list[LineOutcome]]:
    """Return where a file stands and how its lines ended, without what was learnt about anybody; errors as in `send`.

    Raises:
        InquiryFileNotHeld: it was not sent.
    """
    adapters.permit(context, ACTION)
    _held, file = _held_file(context, adapters, file_id, sent=True)
    progress, outcomes = adapters.files.progress(file_id), adapters.files.outcomes(file)
    return progress, [_bare(one) for one in outcomes]


def fetch(context: Context, adapters: CaseAdapters[RecordsT], file_id: str) -> list[LineOutcome]:
    """Return the outcomes with what was learnt; of people under a measure only that their line ended (R-076).

    Errors as in `follow`. That staff fetched the file is recorded.
    """
    grounds = adapters.permit(context, ACTION)
    _held, file = _held_file(context, adapters, file_id, sent=True)
    outcomes = adapters.files.outcomes(file)
    hidden = _withheld(context, adapters, [one for one in outcomes if one.outcome == PROVIDED])
    with adapters.store.transaction() as records:
        records.audit(grounds, EVENT, "fetched", count=len(outcomes))
    return [_bare(one) if one.number in hidden else one for one in outcomes]


def _withheld(context: Context, adapters: CaseAdapters[RecordsT], told: Sequence[LineOutcome]) -> set[int]:
    """Return the lines whose people are protected, or of whom there is no record any more."""
    with adapters.store.transaction() as records:
        known = records.people.known_by_addressee([one.addressee_number for one in told])
    asked = [one for one in told if one.addressee_number in known]
    disclosures = [
        Disclosure(
            known[one.addressee_number], CHANNEL, context.actor.role, ",".join(given.kind for given in one.information)
        )
        for one in asked
    ]
    answers = adapters.gate.withheld(context, disclosures)
    hidden = {one.number for one, kept in zip(asked, answers, strict=True) if kept}
    return hidden | {one.number for one in told if one.addressee_number not in known}


def _bare(one: LineOutcome) -> LineOutcome:
    return dataclasses.replace(one, information=(), receipt="")


def _held_file(
    context: Context, adapters: CaseAdapters[RecordsT], file_id: str, *, sent: bool = False
) -> tuple[HeldFile, InquiryFile]:
    with adapters.store.transaction() as records:
        found = records.files.find(file_id)
    if found is None or found[0].affair != context.affair or (sent and found[0].sent_at is None):
        raise InquiryFileNotHeld
    return found
