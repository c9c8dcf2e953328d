"""What the core refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class CaseMalformed(Malformed):
    """No persons, no kind, or a generation that cannot be. Field `part`."""

    code = "core-case-malformed"
    title = "The case has an impossible value"


class CaseNotOfCaller(Refused):
    """The case was signed by another institution than the caller, or names a server of somebody else."""

    code = "core-wrong-signer"
    title = "The case is not signed by the institution that asks"


class CaseOutOfTime(Refused):
    """Not yet, no longer, or for longer than a case may last. Field `reason`."""

    code = "core-case-out-of-time"
    title = "The case is not valid at this time"


class CaseReplayed(Refused):
    """The nonce was used in another case of the same signer."""

    code = "core-case-replayed"
    title = "The case was used before"


class CaseChanged(Conflict):
    """The same section, batch, notice or request number came again in another case."""

    code = "core-case-changed"
    title = "This number was used before for another case"


class ExchangeNumberTaken(Conflict):
    """An exchange number (処理通番) is unique for ever at its inquirer."""

    code = "core-exchange-number-taken"
    title = "This exchange number was used before"


class InputsAltered(Refused):
    """The ciphertexts, the acquisition or the sealed content are not those the case was signed over. Field `part`."""

    code = "core-inputs-altered"
    title = "What came with the case is not what the case was signed over"


class AcquisitionNotOfHolder(Refused):
    """The acquisition was not signed by the holder, or is not the one the register means."""

    code = "core-acquisition-mismatch"
    title = "The statement does not fit a request signed by the holder"


class FirstHalfUnfit(Refused):
    """The commission's answer is for another case, target or batch: halves were mixed, or somebody lies."""

    code = "core-first-half-unfit"
    title = "The first half of the conversion does not fit the case"


class AnswerUnfit(Refused):
    """The provider's answer does not answer the lines that were asked."""

    code = "core-answer-unfit"
    title = "The answer does not fit the inquiry"


class RecipientUnavailable(Unavailable):
    """The provider, holder or portal does not answer; the case waits here and is sent again."""

    code = "core-recipient-unavailable"
    title = "The institution asked does not answer; the case is kept and sent again"


class AnswerAwaitsApproval(Unavailable):
    """The provider answers, but its staff has to approve first; the case waits here and is sent again."""

    code = "core-answer-awaits-approval"
    title = "The answer waits for the approval of the institution asked; the case is kept and sent again"


class CommissionUnavailable(Unavailable):
    """The commission does not answer, so nothing converts; the case waits here."""

    code = "core-commission-unavailable"
    title = "The commission does not answer; the case is kept and converted later"


class CaseRefusedBefore(Refused):
    """A repetition of a case that was refused; `peer_code` and `refused_by` say why, as the first time."""

    code = "core-case-refused-before"
    title = "This case was refused"


class HalfNotDelivered(Refused):
    """A proof is given for a section that was delivered to the caller and is not answered yet."""

    code = "core-half-not-delivered"
    title = "There is no delivered section of this case that the caller may have proved"


class TrapsTooMany(Refused):
    """One institution may have so many traps at a time; others have to be withdrawn first. Field `most`."""

    code = "traps-too-many"
    title = "No more traps of this institution may stand"


class NoSuchItem(NotFound):
    """The statute table has no item of this number."""

    code = "no-such-statute-item"
    title = "The statute table has no such item"


class NoSuchRow(NotFound):
    """The statute table has no row of this name."""

    code = "no-such-statute-row"
    title = "The statute table has no such row"


class DaysReversed(Malformed):
    """Two days to compare, the later one first."""

    code = "days-reversed"
    title = "The earlier day must not be after the later one"


class NoSuchBody(NotFound):
    """No institution of this name takes part. Field `part`: which of the two was meant."""

    code = "no-such-institution"
    title = "No institution has this identifier"
