"""Why a copy is not given. Every refusal carries field `rule` with the provision; none carries personal data.

Refused   CopyRefused and its kinds
NotFound  UnknownIssue
Conflict  IssueClosed, CopyOutdated, NumberNotOnRecord
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, NotFound, Refused


class CopyRefused(Refused):
    """Root of refusals of a copy; field `rule` names the provision."""

    code = "copy-refused"
    title = "The copy is not given"


class RequesterNotEntitled(CopyRefused):
    """This kind of person may not ask for this kind of copy, or does not stand in the household."""

    code = "copy-requester-not-entitled"
    title = "This person may not ask for this copy"


class IdentityNotShown(CopyRefused):
    """Too little was shown: one public document with a photograph, or two others (住基法12条3項, 規則5条)."""

    code = "copy-identity-not-shown"
    title = "Ask for one public document with a photograph or two others"


class PaperMissing(CopyRefused):
    """A paper that this kind of requester hands in is missing; field `item`."""

    code = "copy-paper-missing"
    title = "A paper is missing"


class ReasonMissing(CopyRefused):
    """What the requester must state is missing; field `item`."""

    code = "copy-reason-missing"
    title = "The requester must state more"


class ItemNotForRequester(CopyRefused):
    """An item that this requester never gets; field `item`."""

    code = "copy-item-not-for-requester"
    title = "This item is not given to this requester"


class ScopeRefused(CopyRefused):
    """More people than the requester may ask about."""

    code = "copy-scope-refused"
    title = "The copy would hold more people than may be asked for"


class NumberCopyNotYet(CopyRefused):
    """No row of the table is in force on the day."""

    code = "number-copy-not-yet"
    title = "There were no copies with the number on that day"


class DeliveryRefused(CopyRefused):
    """A copy with the number is not handed over or sent in this way; fields `rule`, `reason`."""

    code = "number-copy-delivery-refused"
    title = "A copy with the number is not given to this person in this way"


class DeliveryNotApplicable(CopyRefused):
    """The way of handing over does not belong to the way of asking."""

    code = "copy-delivery-not-applicable"
    title = "What is asked at the counter is handed over there; what is asked by post is sent"


class DeliveryNotJustified(CopyRefused):
    """Sending to another place needs a reason and a place that are found justified."""

    code = "copy-delivery-not-justified"
    title = "Reason and place of sending to another address are not shown to be justified"


class RepresentativePlaceOnly(CopyRefused):
    """Elsewhere means the legal representative's home or workplace, with a proof of it."""

    code = "copy-representative-place-only"
    title = "It is sent elsewhere only to the legal representative's home or workplace, which must be proved"


class CopyForOffender(CopyRefused):
    """The requester is, or acts for, the person from whom a support measure protects (通知 2018-03-28, 2018-12-03)."""

    code = "copy-for-offender"
    title = "Nothing is given to the person named in a support measure or to anybody acting for them"


class RecordNotKept(CopyRefused):
    """The removed record's time of keeping is over (R-057)."""

    code = "copy-record-not-kept"
    title = "The removed record is not kept any more"


class KindDoesNotFit(CopyRefused):
    """The record is removed, or lives, while the kind of copy is for the other."""

    code = "copy-kind-does-not-fit"
    title = "This record stands otherwise; choose the other kind of copy"


class ForeignNotYet(CopyRefused):
    """Code and network reached foreign residents on 2013-07-08 (R-045)."""

    code = "copy-foreign-not-yet"
    title = "Code and network do not cover foreign residents yet"


class NationwideRefused(CopyRefused):
    """Not given at another municipality: no such resident, or nothing that may be given; it does not say which."""

    code = "nationwide-copy-refused"
    title = "The municipality of residence gives no copy through another counter; ask there"


class NumberNotOnRecord(Conflict):
    """A number was asked for that is not on the record yet."""

    code = "copy-number-not-on-record"
    title = "No number stands on this record yet"


class UnknownIssue(NotFound):
    """There is no issued copy under this name."""

    code = "unknown-copy"
    title = "There is no such copy"


class IssueClosed(Conflict):
    """The copy was cancelled, or its day is over."""

    code = "copy-closed"
    title = "The copy was cancelled or its day is over; issue another"


class CopyOutdated(Conflict):
    """The record changed since the copy was issued."""

    code = "copy-outdated"
    title = "The record changed since; cancel this copy and issue another"
