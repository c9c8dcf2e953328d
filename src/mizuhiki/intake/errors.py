"""What taking a person in refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class ActorOfOtherBody(Refused):
    """Only the body's own people act there."""

    code = "actor-of-other-body"
    title = "Only staff of this body may do this"


class PersonNotFound(NotFound):
    """Nobody in the register holds the number."""

    code = "person-not-in-register"
    title = "Nobody in the register holds this number"


class WrittenItemsDiffer(Refused):
    """What was written differs from the register; field `items` names what, never a value (番号法16条)."""

    code = "written-items-differ"
    title = "Name, birth date, sex or address do not agree with the register"


class IdentityNotShown(Malformed):
    """How number and person were confirmed is not one of the ways this body may take (番号法16条)."""

    code = "identity-not-shown"
    title = "Number and identity were not confirmed in a way the Act allows"


class PersonKeptAlready(Conflict):
    """The holder of the number has a record; use that one."""

    code = "person-kept-already"
    title = "This person has a record already"


class IntakeRequestChanged(Conflict):
    """The request id came again with other content."""

    code = "intake-request-changed"
    title = "This request was made before with other values; use a new request id"


class UnknownPersonRecord(NotFound):
    """There is no record under that reference."""

    code = "unknown-person-record"
    title = "There is no record under that reference"


class LiftedByOneself(Refused):
    """Whoever needs a protected record cannot lift its protection (R-076)."""

    code = "protection-lifted-by-oneself"
    title = "The officer who lifts a protection must be somebody else than the clerk who asks"


class NotProtected(Conflict):
    """There is no protection to lift."""

    code = "record-not-protected"
    title = "No support measure stands on this record"
