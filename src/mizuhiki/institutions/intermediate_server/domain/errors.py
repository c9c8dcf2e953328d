"""What an intermediate server refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused, Unavailable


class UnknownAddressee(NotFound):
    """The business systems never registered this addressee number."""

    code = "unknown-addressee"
    title = "This addressee number is not registered here"


class PseudonymNotAcquired(Conflict):
    """符号が未取得: the addressee has no pseudonym, so nobody can be asked about it."""

    code = "pseudonym-not-acquired"
    title = "This addressee has no pseudonym yet; acquire it first"


class AddresseeMismatch(Conflict):
    """The register's four items differ from the addressee's; a case is open and nothing may be exchanged."""

    code = "addressee-mismatch"
    title = "The four items of this addressee differ from the register; resolve the case first"


class FourItemsMissing(Malformed):
    """Only the portal may register addressees without four items."""

    code = "four-items-missing"
    title = "The four items of the addressee are missing"


class AcquisitionUnknown(Refused):
    """A delivery for an acquisition that is not ours, is spent, or has expired."""

    code = "acquisition-unknown"
    title = "This delivery fits no open acquisition"


class StatementMismatch(Refused):
    """The register's statement does not fit the acquisition or the converted batch."""

    code = "statement-mismatch"
    title = "The register's statement does not fit the acquisition"


class TicketMismatch(Refused):
    """A ticket is missing, expired, for other content or from the wrong converter."""

    code = "ticket-mismatch"
    title = "The tickets do not fit this case"


class CaseNotForUs(Refused):
    """The case names another provider, server or signer."""

    code = "case-not-for-us"
    title = "This case is addressed to another institution or signed by the wrong one"


class CaseExpired(Refused):
    """The case's time is over."""

    code = "case-expired"
    title = "This case has expired"


class SectionChanged(Conflict):
    """The same section came again with other content."""

    code = "section-changed"
    title = "This section was answered before with other content"


class LocalCopyOutdated(Conflict):
    """A copy with an older or equal source version than the one held."""

    code = "local-copy-outdated"
    title = "A newer copy is held already"


class RequestChanged(Conflict):
    """The same request id came again with other content."""

    code = "inquiry-request-changed"
    title = "This request id was used before for another inquiry"


class UnknownRequest(NotFound):
    """No inquiry under this request id."""

    code = "unknown-inquiry"
    title = "There is no inquiry under this request id"


class NotAPortal(Refused):
    """Notices are collected and histories opened only at the portal's server."""

    code = "not-a-portal"
    title = "Only the portal's intermediate server offers this"


class AnswerNotForInquiry(Refused):
    """An answer names another exchange or kind than was asked."""

    code = "answer-not-for-inquiry"
    title = "The answer does not belong to this inquiry"


class GenerationBeingRenewed(Unavailable):
    """Somebody asked about is unknown in this generation while some here are not renewed yet; the core asks again."""

    code = "pseudonym-generation-being-renewed"
    title = "Pseudonyms here are being renewed; the answer comes afterwards"


class ExchangeNumberReused(Conflict):
    """An exchange number (処理通番) is unique for ever at its inquirer."""

    code = "provider-exchange-number-reused"
    title = "This exchange number was answered before"


class ApprovalSpent(Unavailable):
    """Two inquiries met one approval; the other one has it. The core asks again and is then told what stands."""

    code = "approval-spent"
    title = "The approval was used by another inquiry"


class NoticeChanged(Conflict):
    """The same request id came again with another notice."""

    code = "notice-request-changed"
    title = "This request id was used before for another notice"


class NoticeRefused(Refused):
    """The core or the commission refused the notice; `peer_code` and `refused_by` say which rule and who."""

    code = "notice-refused"
    title = "This notice was refused"


class NotWaiting(Conflict):
    """The case is closed or the approval was decided before."""

    code = "nothing-waiting"
    title = "This was decided before"


class OwnOwnerAsked(Malformed):
    """An institution needs no exchange to read its own records."""

    code = "own-institution-asked"
    title = "This information is held by the asking institution itself"


class FileEmpty(Malformed):
    """A bulk file without a line."""

    code = "bulk-file-empty"
    title = "The file has no line"


class FileTooLong(Malformed):
    """A bulk file of more than 10,000 lines."""

    code = "bulk-file-too-long"
    title = "The file has more lines than one file may have"


class FileChanged(Conflict):
    """The same file identifier came again with other content."""

    code = "bulk-file-changed"
    title = "This file identifier was used before for another file"


class PieceOutOfPlace(Conflict):
    """A piece of a stream that neither follows its last line nor is one that was handed in. Field `first_line`."""

    code = "stream-piece-out-of-place"
    title = "The lines do not follow those that the stream has"


class OutcomePageMissing(Corrupt):
    """A place of a stream names a page of outcomes that is not stored. Field `place`."""

    code = "outcome-page-missing"
    title = "A page of outcomes is not there any more"


class UnknownFile(NotFound):
    """No file under this identifier, or no such page of it."""

    code = "unknown-bulk-file"
    title = "There is no such file or page"


class LineMalformed(Malformed):
    """A line of a file that cannot be asked as it is. Field `part`."""

    code = "bulk-line-malformed"
    title = "A line of the file has an impossible value"


class ProvisionAwaitsApproval(Unavailable):
    """The kind asked for is given after approval only; the core keeps the case and asks again. Field `due`."""

    code = "provider-awaits-approval"
    title = "The answer waits for the approval of the holder's staff"


class ProvisionRefusedByOfficer(Refused):
    """Staff of the holder refused the answer. Field `reason` is one of `RefusalReason`."""

    code = "provision-refused-by-officer"
    title = "The holder's staff refused the answer"


class SecondOfficerNeeded(Refused):
    """Two officers have to approve, and this one proposed the approval."""

    code = "second-officer-needed"
    title = "Another officer has to confirm this approval"


class AskedOneByOne(Refused):
    """Several lines of one case, where a decision about one person would decide or delay the others' (form 1)."""

    code = "provision-asked-one-by-one"
    title = "These persons have to be asked about one by one"


class RefusalReasonMissing(Malformed):
    """A refusal names one of the reasons."""

    code = "refusal-reason-missing"
    title = "A refusal needs a reason"


class RuleImpossible(Malformed):
    """The rule ends before it begins, begins before today, or names nothing. Field `part`."""

    code = "provision-rule-impossible"
    title = "This rule cannot be"


class DataWithheld(Refused):
    """What is held about the addressee may not be shown now."""

    code = "own-data-withheld"
    title = "This may not be shown now; ask the responsible officer"


class FileNotKept(NotFound):
    """No file of this name waits to be handed in: it was never given in, was discarded, or its day is over."""

    code = "file-not-kept"
    title = "This file is not kept here any more; give it in again"


class TrapCodeMalformed(Malformed):
    """A trap's code is 32 hexadecimal digits."""

    code = "trap-code-malformed"
    title = "This is not the code of a trap"


class TrapsImpossible(Malformed):
    """None, too many at once, one code twice, or an addressee number that somebody has. Field `part`."""

    code = "traps-impossible"
    title = "These traps cannot be planted"
