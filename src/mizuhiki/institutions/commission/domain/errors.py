"""What the commission refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class CaseOfUnknownPurpose(Malformed):
    """A conversion is for an inquiry, issue, notice, opening of a history, renewal or planting, for nothing else."""

    code = "commission-unknown-purpose"
    title = "There is no conversion for this purpose"


class CaseMalformed(Malformed):
    """No persons, or a generation that cannot be. Field `part`."""

    code = "commission-case-malformed"
    title = "The case has an impossible value"


class CaseNotSignedByAsker(Refused):
    """The case was signed by another institution than the one it is made for, or names a server of somebody else."""

    code = "commission-wrong-signer"
    title = "The case is not signed by the institution that asks"


class CaseOutOfTime(Refused):
    """Not yet, no longer, or for longer than a case may last. Field `reason`."""

    code = "commission-case-out-of-time"
    title = "The case is not valid at this time"


class CaseReplayed(Refused):
    """The nonce, batch, acquisition or card challenge was used in another case."""

    code = "commission-case-replayed"
    title = "The case, or a proof in it, was used before"


class InputsAltered(Refused):
    """The ciphertexts are not the ones the case was signed over."""

    code = "commission-inputs-altered"
    title = "The ciphertexts are not those of the case"


class TargetsNotOfPurpose(Refused):
    """The purpose does not lead to these institutions."""

    code = "commission-wrong-targets"
    title = "This case does not allow conversion to these institutions"


class QuotaExhausted(Refused):
    """More conversions in one day than this institution may have for this affair."""

    code = "commission-quota-exhausted"
    title = "The day's quota of conversions for this affair is used up"


class AssessmentNotPublished(Refused):
    """No protection assessment of this institution for this affair is published (番号法27条, 28条; R-024)."""

    code = "assessment-not-published"
    title = "The protection assessment for this affair is not published"


class AcquisitionNotOfHolder(Refused):
    """The supporting acquisition is missing, not signed by the holder, or not the one the register means."""

    code = "commission-acquisition-mismatch"
    title = "The statement does not fit a request signed by the holder"


class CardProofMissing(Refused):
    """A history is opened only with a signature of the person's card over the challenge named in the case."""

    code = "commission-card-proof-missing"
    title = "The proof of the card is missing or for another challenge"


class AssessmentUnknown(NotFound):
    """No assessment has this id."""

    code = "assessment-unknown"
    title = "There is no such protection assessment"


class AssessmentChanged(Conflict):
    """The same submission id came again with other content."""

    code = "assessment-submission-changed"
    title = "This submission was made before with other content; use a new submission id"


class AssessmentStepImpossible(Conflict):
    """The assessment is not in the state this step starts from. Field `state`."""

    code = "assessment-step-impossible"
    title = "This step is not possible in the assessment's present state"


class AssessmentSubmissionMalformed(Malformed):
    """Counts below zero, no title, or a digest that is not SHA-256."""

    code = "assessment-submission-malformed"
    title = "The assessment cannot be read"


class LogNotOwned(Refused):
    """An institution may only submit checkpoints of its own log."""

    code = "commission-log-not-owned"
    title = "This log belongs to another institution"


class HalfNotConverted(Refused):
    """A proof is given for a half that was converted and answered before, to its receiver or to the core."""

    code = "half-not-converted"
    title = "There is no converted half of this case that the caller may have proved"


class AlarmOfUnknownCase(Refused):
    """This commission converted no such case, or the alarm says something else of it. Field `part`."""

    code = "alarm-of-unknown-case"
    title = "The alarm is about a case that was not converted here"


class AlarmNotOfCore(Refused):
    """Alarms are told by the core, in its own name."""

    code = "alarm-not-of-core"
    title = "The alarm is not signed by the core"


class AlarmChanged(Conflict):
    """The case has an alarm already, and it says something else."""

    code = "alarm-changed"
    title = "There is another alarm about this case"


class AlarmUnknown(NotFound):
    """No alarm has this id."""

    code = "alarm-unknown"
    title = "There is no such alarm"


class AlarmStepImpossible(Conflict):
    """An open alarm is closed, a closed one opened again. Field `state`."""

    code = "alarm-step-impossible"
    title = "This step is not possible in the alarm's present state"


class FindingMissing(Malformed):
    """An alarm is closed with what was found, in words. Field `longest`."""

    code = "alarm-finding-missing"
    title = "Closing an alarm needs a finding of at most 2,000 characters"


class OrdinanceFilingUnknown(NotFound):
    """No filing has this id, or it is another body's."""

    code = "ordinance-filing-unknown"
    title = "There is no such filing of an affair under an ordinance"


class OrdinanceFilingChanged(Conflict):
    """The same filing id came again with other content."""

    code = "ordinance-filing-changed"
    title = "This filing was made before with other content; use a new filing id"


class OrdinanceCodeTaken(Conflict):
    """Another organ of the same local body has published an affair under this code."""

    code = "ordinance-code-taken"
    title = "Another organ of this local body uses this code"


class OrdinanceOver(Conflict):
    """The ordinance's last day is over; nothing could be asked for it. Field `until`."""

    code = "ordinance-over"
    title = "The last day of this affair is over"


class OrdinanceStepImpossible(Conflict):
    """A lodged filing is published or returned, one that stands is withdrawn. Field `state`."""

    code = "ordinance-step-impossible"
    title = "This step is not possible in the filing's present state"


class OrdinanceReasonMissing(Malformed):
    """A filing is returned or withdrawn with a reason, in words, of at most 2,000 characters."""

    code = "ordinance-reason-missing"
    title = "Returning or withdrawing needs a reason of at most 2,000 characters"
