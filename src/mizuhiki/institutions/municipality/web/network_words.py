"""Words for number checks and for comparisons of the tiers."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.institutions.municipality.domain.network import Repair, Tier
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.institutions.municipality.web.messages import N_
from mizuhiki.ui.components import Row, Tag, Tone
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.register_access.routing import Route
from mizuhiki.vocabulary.register_access.verification import CheckStep, Method

CONFIRMATIONS = {
    "application": N_("Application received"),
    "card_shown": N_("Card shown by the person"),
    "face_checked": N_("The photograph is the person's face"),
    "chip_equals_face": N_("The chip's card face equals what is printed"),
}
STEPS = {
    "application": N_("Application received"),
    "card-shown": N_("Card shown by the person"),
    "face-checked": N_("The photograph is the person's face"),
    "chip-equals-face": N_("The chip's card face equals what is printed"),
    "number-and-items-compared": N_("Number and items of card and application agree"),
    "number-form": N_("The digits are an Individual Number"),
    "holder-found": N_("Somebody holds the number"),
    "items-agree": N_("The four items agree"),
}
PROBLEMS = {
    "not-done": N_("not done"),
    "not-found": N_("nobody found; check the digits"),
    "malformed-individual-number": N_("the check digit is wrong: mistyped"),
    "card-wrong-pin": N_("the chip says that this is not its number: mistyped"),
    "number": N_("number"),
    "name": N_("name"),
    "birth_date": N_("date of birth"),
    "sex": N_("sex"),
    "address": N_("address"),
    "name_kana": N_("reading"),
    "protected": N_("support measure"),
}
ROUTES = {
    Route.OWN_SYSTEM: N_("own register"),
    Route.COMMUNICATION_SERVER: N_("register network (CS)"),
    Route.PREFECTURE_SERVER: N_("prefecture server"),
    Route.NATIONAL_SERVER: N_("national server"),
}
METHODS = {Method.CARD: N_("with the card"), Method.NETWORK: N_("over the network")}
TIERS = {Tier.PREFECTURE: N_("Prefecture"), Tier.NATIONAL: N_("National register")}
KINDS = {
    "missing": N_("missing there"),
    "differs": N_("held otherwise there"),
    "surplus": N_("still held there"),
    "unmarked": N_("support measure not marked there"),
}
REPAIRS = {
    Repair.SENT_AGAIN: N_("sent again"),
    Repair.LEFT_TO_STAFF: N_("to be looked at by staff"),
}


def affair_title(desk: Desk, code: str) -> str:
    """Return an affair's title."""
    adapters = desk.operations.adapters
    known = adapters.statute.about(adapters.institution, code).affair(code)
    return known.title_ja if desk.site.language in {"ja", "ja-easy"} else known.title_en


def problems(desk: Desk, text: str) -> str:
    """Return what was wrong in words."""
    _ = desk.site.translate
    return desk.words.listed([_(PROBLEMS[part]) if part in PROBLEMS else part for part in text.split(", ") if part])


def outcome_tag(desk: Desk, *, passed: bool) -> Tag:
    """Return the mark of a step or check."""
    _ = desk.site.translate
    return Tag(_("Passed"), Tone.DONE) if passed else Tag(_("Failed"), Tone.PROBLEM)


def step_row(desk: Desk, step: CheckStep) -> Row:
    """Return a step as a line of the result."""
    return Row(
        (desk.site.translate(STEPS[step.name]), outcome_tag(desk, passed=step.passed), problems(desk, step.problem))
    )


def time_of_day(at: datetime) -> str:
    """Return the time in Japan."""
    return at.astimezone(JST).strftime("%H:%M")


def moment(at: datetime) -> str:
    """Return day and time in Japan."""
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M")
