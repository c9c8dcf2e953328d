"""The record of a person at the desk: premiums month by month, pay, pensions and their payments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mizuhiki.casework.web import CaseDesk, whole_number
from mizuhiki.institutions.agency.pension_service.domain.months import YEAR, month_of, plus_months
from mizuhiki.institutions.agency.pension_service.domain.pensions import Pension, PensionStop
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod
from mizuhiki.institutions.agency.pension_service.domain.premiums import (
    WHOLE,
    PremiumMonth,
    Relief,
    insured_months,
)
from mizuhiki.institutions.agency.pension_service.operations.keep_pensions import PAY, HeldPension
from mizuhiki.institutions.agency.pension_service.operations.keep_premiums import ENTER, PremiumRecord
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.institutions.agency.pension_service.web.claim_words import KINDS, N_, STOPS
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Column, Row, Tag, Tone
from mizuhiki.vocabulary.dates import fiscal_year, parse_date

APRIL = 4
SIGNS = {
    "paid": N_("paid"),
    "unpaid": N_("unpaid"),
    "employee": N_("employee"),
    "spouse": N_("spouse"),
    "full": N_("full ex."),
    "three-quarters": N_("¾ ex."),
    "half": N_("½ ex."),
    "quarter": N_("¼ ex."),
    "deferred": N_("deferred"),
    "student": N_("student"),
}
_BESIDE = {f"pension-claim-implausible/{name}": name for name in ("last", "since", "monthly_yen")} | {
    "months-not-of-category-1": "first"
}


class RecordPages:
    """Premiums and pensions of one person, found by our own reference."""

    def __init__(self, desk: CaseDesk[Records], pension: PensionService) -> None:
        self._desk = desk
        self._pension = pension
        route, both = desk.site.route, ("GET", "POST")
        route("/enrolments/<reference>/premiums", endpoint="premiums")(self.premiums)
        route("/enrolments/<reference>/premiums/new", both, endpoint="new-premiums")(self.enter_premiums)
        route("/enrolments/<reference>/pay", both, endpoint="new-pay")(self.enter_pay)
        route("/enrolments/<reference>/pensions", both, endpoint="pensions")(self.pensions)

    def premiums(self, reference: str) -> Reply:
        """Show a person's months as a calendar of fiscal years, and what they come to."""
        desk = self._desk
        _ = desk.site.translate
        found = self._pension.premium_record(desk.context("read a record of premiums"), reference)
        here = f"/enrolments/{reference}"
        return desk.site.render(
            "premiums.html",
            reference=reference,
            facts=self._tally(found),
            columns=[Column(_("Fiscal year")), *(Column(str(month)) for month in _months_of_year())],
            rows=self._calendar(found, desk.context("read a record of premiums").today()),
            pay_columns=[Column(_("From")), Column(_("Standard monthly remuneration"), numeric=True)],
            pay_rows=[Row((f"{one.since:%Y-%m}", desk.yen(one.monthly_yen))) for one in found.pay],
            actions=desk.offered(
                [
                    (ENTER, Action(_("Enter premiums paid"), f"{here}/premiums/new")),
                    (ENTER, Action(_("Enter standard monthly remuneration"), f"{here}/pay")),
                    ("read-pensions", Action(_("Pensions"), f"{here}/pensions")),
                ]
            ),
        )

    def _tally(self, found: PremiumRecord) -> list[Answer]:
        _ = self._desk.site.translate
        return [
            Answer(_("Name"), found.insured.four_items.name),
            Answer(_("Qualifying months"), str(found.tally.qualifying)),
            Answer(_("Months that count for the amount"), f"{found.tally.weight / WHOLE:g}"),
            Answer(_("Months of employees' insurance"), str(found.tally.employed)),
        ]

    def _calendar(self, found: PremiumRecord, today: date) -> list[Row]:
        birth = found.insured.four_items.birth_date
        last = max([month_of(today), *(one.month for one in found.months)])
        insured = insured_months(birth, found.insured.periods, last)
        if not insured:
            return []
        recorded = {one.month: one for one in found.months}
        years = range(fiscal_year(min(insured)), fiscal_year(max(insured)) + 1)
        return [
            Row(
                (str(year), *(self._sign(plus_months(date(year, APRIL, 1), n), insured, recorded) for n in range(YEAR)))
            )
            for year in reversed(years)
        ]

    def _sign(
        self, month: date, insured: Mapping[date, InsuredPeriod], recorded: Mapping[date, PremiumMonth]
    ) -> str | None:
        period = insured.get(month)
        if period is None:
            return None
        _ = self._desk.site.translate
        if period.category is not Category.FIRST:
            sign = "employee" if period.category is Category.SECOND else "spouse"
            return _(SIGNS[sign])
        one = recorded.get(month)
        if one is None or (one.relief is Relief.NONE and one.paid_on is None):
            return _(SIGNS["unpaid"])
        if one.relief is Relief.NONE:
            return _(SIGNS["paid"])
        return _(SIGNS[one.relief.value]) + ("+" if one.paid_on is not None else "")

    def enter_premiums(self, reference: str) -> Reply:
        """Enter that premiums of a span of months are paid."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ENTER)
        context = desk.context("enter premiums paid")
        form = desk.form()
        if request.method == "POST":
            wrong = _("Enter the month like 2019-12")
            first, last = form.parse("first", _month, wrong), form.parse("last", _month, wrong)
            if (
                form.good
                and first is not None
                and last is not None
                and desk.attempt(form, lambda: self._pension.record_premiums(context, reference, first, last), _BESIDE)
            ):
                return desk.site.redirect(f"/enrolments/{reference}/premiums")
        return desk.site.render("premiums_paid.html", form=form, reference=reference)

    def enter_pay(self, reference: str) -> Reply:
        """Enter the standard monthly remuneration of an employee."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ENTER)
        context = desk.context("enter standard monthly remuneration")
        form = desk.form()
        if request.method == "POST":
            since = form.parse("since", _month, _("Enter the month like 2019-12"))
            yen = form.parse("monthly_yen", whole_number, _("Enter a whole number"))
            if (
                form.good
                and since is not None
                and yen is not None
                and desk.attempt(form, lambda: self._pension.record_pay(context, reference, since, yen), _BESIDE)
            ):
                return desk.site.redirect(f"/enrolments/{reference}/premiums")
        return desk.site.render("standard_remuneration.html", form=form, reference=reference)

    def pensions(self, reference: str) -> Reply:
        """Show pensions and payments; a post orders the next payment of one."""
        desk = self._desk
        _ = desk.site.translate
        context = desk.context("read pensions")
        stopped = None
        if request.method == "POST":
            desk.require(PAY)
            number = request.args.get("pension", "")
            stopped = desk.refusal_of_step(lambda: self._pension.pay_pension(context, number))
            if stopped is None:
                return desk.site.redirect(f"/enrolments/{reference}/pensions")
        found = self._pension.pension_file(context, reference)
        return desk.site.render(
            "pensions.html",
            status=200 if stopped is None else 409,
            stopped=stopped,
            reference=reference,
            name=found.insured.four_items.name,
            pensions=[self._pension_shown(one, reference, context.today()) for one in found.pensions],
            columns=[
                Column(_("First month")),
                Column(_("Last month")),
                Column(_("Payment day")),
                Column(_("Amount"), numeric=True),
            ],
        )

    def _pension_shown(self, held: HeldPension, reference: str, today: date) -> dict[str, object]:
        desk, pension = self._desk, held.pension
        _ = desk.site.translate
        order = Action(
            _("Order the next payment"), f"/enrolments/{reference}/pensions?pension={pension.pension}", post=True
        )
        return {
            "number": pension.pension,
            "kind": desk.words(KINDS, pension.kind.value),
            "facts": self._pension_facts(pension),
            "state": self._state(pension, today),
            "rows": [
                Row(
                    (
                        f"{one.first_month:%Y-%m}",
                        f"{one.last_month:%Y-%m}",
                        desk.day(one.pay_on),
                        desk.yen(one.amount_yen),
                    )
                )
                for one in held.payments
            ],
            "actions": desk.offered([(PAY, order)]),
        }

    def _pension_facts(self, pension: Pension) -> list[Answer]:
        desk = self._desk
        _ = desk.site.translate
        days = (
            (_("Entitled on"), pension.entitled_on),
            (_("Confirmed on"), pension.confirmed_on),
            (_("Ended on"), pension.ended_on),
        )
        return [
            *([Answer(_("Grade"), pension.grade)] if pension.grade else []),
            Answer(_("Pension a year"), desk.yen(pension.annual_yen)),
            *([Answer(_("Addition a year"), desk.yen(pension.addition_yen))] if pension.addition_yen else []),
            *(Answer(label, desk.day(day)) for label, day in days if day is not None),
            *(self._stop_shown(one) for one in pension.stops if one.lifted_on is None),
        ]

    def _stop_shown(self, stop: PensionStop) -> Answer:
        until = "" if stop.until is None else self._desk.day(stop.until)
        return Answer(self._desk.words(STOPS, stop.stop.value), f"{self._desk.day(stop.since)} – {until}".rstrip())

    def _state(self, pension: Pension, today: date) -> Tag:
        _ = self._desk.site.translate
        if not pension.stands(today):
            return Tag(_("Ended"))
        stop = pension.stop_in(month_of(today))
        return Tag(self._desk.words(STOPS, stop.value), Tone.ATTENTION if stop.value else Tone.DONE)


def _months_of_year() -> list[int]:
    return [plus_months(date(2000, APRIL, 1), number).month for number in range(YEAR)]


def _month(text: str) -> date:
    """Read a month, or the month of a day.

    Raises:
        ValueError: it is neither.
    """
    written = text.strip()
    return month_of(parse_date(f"{written}-01" if written.count("-") == 1 else written))
