"""What the register refuses when an event is entered. Each message says what to do next; none carries personal data.

Refused   NotRegistrable, EvidenceMissing, AliasNotProved, EntryExOfficioNotAllowed, SpecialMoveNotPossible,
          FormerNameNotPossible, ReadingNotYetLaw, NoticeFromOthers
NotFound  UnknownEvent, UnknownTask, NotInSupplement
Conflict  HouseholdInconsistent, LaterEventExists, EventAlreadyCancelled, NotMinor, NothingChanges,
          EnteredAgainSince, NoticeUnmatched, ResidentStillHere, NamesakeUnclear, AliasHeldAlready, NoMoveAnnounced
Malformed LateReasonMissing, ResidenceItemsIncomplete, ItemImpossible, TextNotWritable
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class NotRegistrable(Refused):
    """The person is not one for whom the register makes a record (住基法30条の45; R-041); field `rule`."""

    code = "not-registrable"
    title = "The register makes no record for this residence status"


class EvidenceMissing(Refused):
    """A document that the event needs was not seen; field `evidence` names the first one."""

    code = "evidence-missing"
    title = "A document that this event needs was not seen"


class AliasNotProved(Refused):
    """The proof that an alias is used in social life does not suffice (R-061, R-062); field `rule`."""

    code = "alias-not-proved"
    title = "The alias is not proved; ask for two papers made by different bodies"


class EntryExOfficioNotAllowed(Refused):
    """A condition of an entry without a birth notification is not met (R-059); field `condition`."""

    code = "ex-officio-entry-not-allowed"
    title = "A condition of the entry ex officio is not met"


class SpecialMoveNotPossible(Refused):
    """The special move with the card cannot be used (住基法24条の2; R-048); field `rule`."""

    code = "special-move-not-possible"
    title = "The special move with the card is not possible; ask for a moving-out certificate"


class FormerNameNotPossible(Refused):
    """A former family name cannot be entered (施行令30条の13, 30条の14; R-056); field `rule`."""

    code = "former-name-not-possible"
    title = "This former family name cannot be entered"


class ReadingNotYetLaw(Refused):
    """Readings are an item of the record from 2025-05-26 on."""

    code = "reading-not-yet-law"
    title = "The reading of a name is no item of the record before 26 May 2025"


class NoticeFromOthers(Refused):
    """A notice between municipalities that speaks of another register than the sender's."""

    code = "notice-from-others"
    title = "A municipality may notify only what its own register says"


class UnknownEvent(NotFound):
    """No event of that reference."""

    code = "unknown-event"
    title = "There is no such event"


class UnknownTask(NotFound):
    """No task of that name, or it is done."""

    code = "unknown-task"
    title = "There is no such open task"


class NotInSupplement(NotFound):
    """The supplement has no single entry for those items."""

    code = "not-in-supplement"
    title = "The supplement to the family register has no single entry for this person; ask for a copy on paper"


class HouseholdInconsistent(Conflict):
    """The event would leave a household without exactly one head; field `rule`."""

    code = "household-inconsistent"
    title = "A household has exactly one head; name who becomes it"


class LaterEventExists(Conflict):
    """A later event of the same records or household is entered already; field `effective_on`."""

    code = "later-event-exists"
    title = "A later event is entered already; cancel it first and enter it again afterwards"


class EventAlreadyCancelled(Conflict):
    """The event was cancelled before, or is itself a cancellation."""

    code = "event-already-cancelled"
    title = "This event is cancelled already or cannot be cancelled"


class NotMinor(Conflict):
    """A minor correction may change the writing, not the four items; field `items`."""

    code = "not-minor"
    title = "This changes an item itself; enter it as a correction"


class NothingChanges(Conflict):
    """The event says what the record says already."""

    code = "nothing-changes"
    title = "The record says this already"


class EnteredAgainSince(Conflict):
    """The person has a later record, here or elsewhere, living or ended, so a removed one cannot live again."""

    code = "entered-again-since"
    title = "The person was entered again since; only the newest record can be restored"


class NoticeUnmatched(Conflict):
    """A notice from outside fits no living record, or more than one; a task is open for it."""

    code = "notice-unmatched"
    title = "The notice fits no single record; a clerk has to look into it"


class ResidentStillHere(Conflict):
    """The person has a living record here."""

    code = "resident-still-here"
    title = "The person is registered here already"


class NamesakeUnclear(Conflict):
    """A foreign person who left may be this one or a namesake; code and number are given again only if it is said."""

    code = "namesake-unclear"
    title = "A person with these items lived here before; ask whether it is the same person, and say so"


class AliasHeldAlready(Conflict):
    """A record bears one alias; a second one is entered only after the first was removed."""

    code = "alias-held-already"
    title = "The record bears an alias already"


class NoMoveAnnounced(Conflict):
    """The move is not open: none was announced, it was cancelled, or it was completed."""

    code = "no-move-announced"
    title = "No open move of these residents is announced"


class LateReasonMissing(Malformed):
    """A late notification is taken with its reason in writing; field `due_on`."""

    code = "late-reason-missing"
    title = "The notification is late; record the reason given"


class ItemImpossible(Malformed):
    """An item of a record cannot have this value, or not beside the others; field `item`."""

    code = "item-impossible"
    title = "This item cannot be right, or not beside the others of the record"


class ResidenceItemsIncomplete(Malformed):
    """An item that the category must state is missing; field `item` (住基法30条の45)."""

    code = "residence-items-incomplete"
    title = "An item of the residence status is missing"


class TextNotWritable(Malformed):
    """A text of the record is too long or holds what is no character of one line; field `item`."""

    code = "text-not-writable"
    title = "This text is too long for a record, or holds a character that no record can hold"
