"""Words of life events that their descriptions do not carry: fields of a page, rules that refuse, tasks, choices."""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.institutions.municipality.domain.substitutes import Target
from mizuhiki.institutions.municipality.web.file_words import COLUMN_NAMES
from mizuhiki.institutions.municipality.web.messages import N_
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.names.repertoires import code_points
from mizuhiki.vocabulary.names.substitution import SubstitutedText, SubstitutionRule

HAPPENED = {
    "birth-of-foreign-child": N_("Date of birth"),
    "death": N_("Day of death"),
    "move-within": N_("Day of the move"),
    "move-in-from-abroad": N_("Day of the move"),
    "became-foreign-resident": N_("Day on which the status was granted"),
    "return-from-abroad": N_("Day of the move"),
    "move-in-on-paper": N_("Day of the move"),
    "move-in-special": N_("Day of the move"),
    "move-out-abroad": N_("Day of the move"),
    "correction": N_("From which day it is right"),
    "naturalisation": N_("Day of naturalisation"),
    "loss-of-nationality": N_("Day of the loss"),
}
PROOF_ORIGINS = {
    "public-body": N_("Public body"),
    "school": N_("School"),
    "employer": N_("Employer"),
    "medical-institution": N_("Medical institution"),
    "utility-or-bank": N_("Utility or bank"),
    "family-status": N_("Family register that shows the name of a parent or spouse"),
    "self-made": N_("Made by the person"),
}
ISSUER_CHECKS = {
    "not-needed": N_("No doubt"),
    "needed": N_("Doubtful: ask the issuer"),
    "confirmed": N_("Confirmed by the issuer"),
    "denied": N_("Denied by the issuer"),
}
CATEGORIES = {
    "mid-to-long-term-resident": N_("Mid- to long-term resident"),
    "special-permanent-resident": N_("Special permanent resident"),
    "temporary-refuge-or-provisional-stay": N_("Temporary refuge or provisional stay"),
    "transitional-by-birth": N_("Transitional after birth"),
    "transitional-by-loss-of-nationality": N_("Transitional after loss of nationality"),
}
COURT = {
    "family-court-permission-110": N_("Permission of the family court (戸籍法110条)"),
    "declaratory-judgment-111": N_("Final judgment (戸籍法111条)"),
}
ITEMS = {
    "household": N_("Household"),
    "family": N_("Family name"),
    "given": N_("Given name"),
    "family_kana": N_("Reading of the family name"),
    "given_kana": N_("Reading of the given name"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "address": N_("Address"),
    "address_since": N_("At this address since"),
    "relationship": N_("Relationship"),
    "registered_domicile": N_("Registered domicile"),
    "head_of_family_register": N_("First person of the family register"),
    "resident_since": N_("Resident here since"),
    "previous_address": N_("Previous address"),
    "reported_on": N_("Reported on"),
    "nationality": N_("Nationality or region"),
    "residence": N_("Residence status"),
    "alias": N_("Alias"),
    "alias_kana": N_("Reading of the alias"),
    "former_name": N_("Former family name"),
    "former_name_kana": N_("Reading of the former name"),
    "reading_confirmed_on": N_("Reading confirmed on"),
    "state": N_("Record"),
    "removed_on": N_("Removed on"),
    "removal_reason": N_("Reason of removal"),
    "moved_to": N_("Moved to"),
    "died_on": N_("Died abroad on"),
}
TASKS = {
    "ask-issuer": N_("Ask the issuer about a paper"),
    "late-move-out": N_("Remove ex officio: the move out was told more than 14 days later"),
    "confirm-head": N_("Ask the household who is head (住基法25条)"),
    "supplement-notice-on-paper": N_("Send the notice for the supplement on paper"),
    "supplement-notice-protected": N_("Send the notice for the supplement together with the support measure"),
    "residence-notice-unmatched": N_("A notice of the Minister of Justice fits no single record"),
    "card-lapsed": N_("Tell the holder that the card ended and take it back"),
    "stay-ended": N_("The stay ended: look into the record"),
}
TASK_TEXTS = (
    (
        r"the head was chosen by rule; ask the household \(25条\)",
        N_("the head was chosen by rule; ask the household (25条)"),
    ),
    (r"home registry unknown", N_("home registry unknown")),
    (r"moved on (?P<day>[0-9-]+): (?P<reference>\S+)", N_("moved on %(day)s; reference of the move: %(reference)s")),
    (r"notice (?P<number>\S+)", N_("notice %(number)s")),
)
"""What operations write into a task beside names and numbers, as patterns with their words."""
RULES = {
    "late_reason": N_("reason of the late notification"),
    "one-head": N_("exactly one head"),
    "one-address": N_("one address"),
    "one-spouse": N_("at most one spouse of the head"),
    "head-is-member": N_("the head is a member"),
    "new-head-goes": N_("the new head is among those who move"),
    "position-needed": N_("state everybody's position in the household they join"),
    "part-of-one-household": N_("some, not all, members of one household"),
    "before-2012-07-09": N_("before 9 July 2012"),
    "japanese-national": N_("the person is Japanese"),
    "foreign-national": N_("the person is foreign"),
    "stay-ended": N_("the period of stay has ended"),
    "special-permanent-has-no-period": N_("a special permanent resident has no period of stay"),
    "transitional-is-not-notified": N_("who stays on after birth or loss of nationality notifies nothing here"),
    "transition-of-60-days": N_("the transition lasts 60 days"),
    "status-without-residence-card": N_("a status without residence card"),
    "stay-of-three-months-or-less": N_("a stay of three months or less"),
    "permanent-resident-has-no-period": N_("a permanent resident has no period of stay"),
    "reason-missing": N_("the reason is missing"),
    "issuer-denied": N_("an issuer denied a paper"),
    "issuer-to-be-asked": N_("an issuer is still to be asked; a task is open"),
    "use-not-asked": N_("its use in daily life was not asked about"),
    "announced-14-days-after-move": N_("it was told more than 14 days after the move"),
    "reading-of-the-family-register": N_("a reading comes from the family register, which names Japanese nationals"),
    "both-parents-foreign": N_("both parents are foreign"),
    "self-made": N_("papers made by the person prove nothing"),
    "two-independent-proofs": N_("two papers made by different bodies are needed"),
    "before-2019-11-05": N_("before 5 November 2019"),
    "foreign-resident": N_("a foreign resident has no former family name"),
    "present-name": N_("it is the present name"),
    "not-proved": N_("no family register shows it"),
    "only-the-last-one": N_("only the name borne last may be entered"),
    "only-since-removal": N_("only a name borne since the removal"),
    "30-days-after-planned-day": N_("30 days after the announced day have passed"),
    "14-days-after-move": N_("14 days after the move have passed"),
    "notice-in-force": N_("the notice of 2 October 2018 is not in force"),
    "registration-not-reached": N_("registration can still be reached"),
    "court-procedure": N_("a court procedure is needed"),
    "presumed-child-of-a-japanese": N_("presumed to be the child of a Japanese"),
    "identity": N_("identity document"),
    "residence": N_("residence card or passport"),
    "interview": N_("interview"),
    "field-inquiry": N_("inquiry on the spot"),
    "parent-family-register": N_("family register of a parent"),
    "birth-certificate": N_("birth certificate"),
    "death": N_("death or post-mortem certificate"),
    "effective_on": N_("day of the event"),
    "happened_on": N_("day of the event"),
    "known_on": N_("day it was learned of"),
    "ground": N_("ground"),
    "changes": N_("what is corrected"),
    "people": N_("people"),
    "code-and-number": N_("code and number"),
    "nationality": N_("nationality"),
    "card_number": N_("number of the residence card"),
    "stay_until": N_("expiry of the period of stay"),
    "status": N_("status of residence"),
    "period": N_("period of stay"),
}
ERROR_TITLES = (
    N_("This text is too long for a record, or holds a character that no record can hold"),
    N_("The register makes no record for this residence status"),
    N_("A document that this event needs was not seen"),
    N_("The alias is not proved; ask for two papers made by different bodies"),
    N_("A condition of the entry ex officio is not met"),
    N_("The special move with the card is not possible; ask for a moving-out certificate"),
    N_("This former family name cannot be entered"),
    N_("The reading of a name is no item of the record before 26 May 2025"),
    N_("A municipality may notify only what its own register says"),
    N_("There is no such event"),
    N_("There is no such open task"),
    N_("The supplement to the family register has no single entry for this person; ask for a copy on paper"),
    N_("A household has exactly one head; name who becomes it"),
    N_("A later event is entered already; cancel it first and enter it again afterwards"),
    N_("This event is cancelled already or cannot be cancelled"),
    N_("This changes an item itself; enter it as a correction"),
    N_("The record says this already"),
    N_("The person was entered again since; only the newest record can be restored"),
    N_("The notice fits no single record; a clerk has to look into it"),
    N_("The record bears an alias already"),
    N_("A person with these items lived here before; ask whether it is the same person, and say so"),
    N_("No open move of these residents is announced"),
    N_("The notification is late; record the reason given"),
    N_("An item of the residence status is missing"),
    N_("This item cannot be right, or not beside the others of the record"),
    N_("This is not a residence card number"),
    N_("This is not a relationship to the head of the household"),
)
NOTICES = {
    "個人番号カードと電子証明書は失効します。カードを返納してください（番号法17条）。": N_(
        "The Individual Number Card and its certificates end. Take the card back (番号法17条)."
    ),
    "個人番号カードは国外転出後も使えます。国外転出の追記を受けてください（2024-05-27施行）。": N_(
        "The Individual Number Card goes on abroad. Write the move abroad onto it (in force since 2024-05-27)."
    ),
    "一緒に届け出た転出は取り消されました。転出する方は、あらためて転出届が必要です（住基法24条）。": N_(
        "The move announced together was cancelled. Who still moves announces it again (住基法24条)."
    ),
    "住基カードをお持ちの方は、交付した市区町村長に返納してください（2012-07-09前の転入）。": N_(
        "Who has a 住基カード returns it to the mayor who issued it (moves in before 9 July 2012)."
    ),
    "住基カードをお持ちの方は、提示すると有効期間の満了まで引き続き使えます（2012-07-09施行）。": N_(
        "Who has a 住基カード goes on using it to its expiry if it is shown here (in force since 9 July 2012)."
    ),
}

SUBSTITUTION_RULES = {
    SubstitutionRule.CHOSEN: N_("chosen by a person"),
    SubstitutionRule.SELECTOR_DROPPED: N_("the form of the character cannot be written there"),
    SubstitutionRule.COMPATIBILITY_FORM: N_("unified form of a compatibility character"),
    SubstitutionRule.SAME_POSITION: N_("the same position of the standard"),
    SubstitutionRule.VARIANT_TABLE: N_("form of the table of variants"),
}
TARGETS = {
    Target.REGISTER_NETWORK: N_("Register network"),
    Target.CERTIFICATE: N_("Electronic certificates"),
    Target.RESIDENT_FILE: N_("File of residents"),
}
WRITTEN_ITEMS = {"name": N_("Name"), **COLUMN_NAMES}
"""By item of a certificate or column of a file of residents."""
CARD_LAPSES = {
    LapseCause.EXPIRED.value: N_("its last day is over"),
    LapseCause.MOVED_ABROAD.value: N_("the holder moved out of the country"),
    LapseCause.NO_NOTICE_AFTER_PLANNED_DAY.value: N_("no move in was notified within 30 days after the planned day"),
    LapseCause.NO_NOTICE_AFTER_MOVE.value: N_("the move in was not notified within 14 days"),
    LapseCause.NOT_SHOWN.value: N_("it was not shown within 90 days after the move in was notified"),
    LapseCause.MOVED_ON_WITHOUT_SHOWING.value: N_("the holder moved on without showing it"),
    LapseCause.DEATH.value: N_("the holder died"),
    LapseCause.REMOVED.value: N_("the record was removed"),
    LapseCause.NUMBER_CHANGED.value: N_("it shows a former Individual Number"),
}


def rules_of(text: SubstitutedText, translate: Callable[[str], str], listed: Callable[[list[str]], str]) -> str:
    """Return the substitutions of a text with the rules of each, in the words of `translate`."""
    return listed(
        [
            f"{one.original} ({code_points(one.original)}) → {one.written} ({code_points(one.written)}): "
            + ", ".join(translate(SUBSTITUTION_RULES[rule]) for rule in one.rules)
            for one in text.substitutions
        ]
    )
