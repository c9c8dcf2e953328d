"""Local tax records of a resident, for the tax section only (地方税法22条; 番号法22条)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.institutions.municipality.web.desk import REGISTER, TAX, Desk
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Action, Answer, Column, Row, Tag, Tone


class TaxPages:
    """The tax records of one resident."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/residents/<resident>/tax")(self.tax)

    def tax(self, resident: str) -> Reply:
        """Show the records, newest first."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("read-tax-record")
        record = desk.operations.resident(
            desk.context(REGISTER, "show whose tax records these are"), resident, work=Work.TAX
        )
        records = desk.operations.tax_records(desk.context(TAX, "show tax records"), resident)
        return desk.site.render(
            "tax.html",
            back=f"/households/{record.household}",
            bar=[Answer(_("Name"), record.name.full), Answer(_("Address"), record.address)],
            columns=[
                Column(_("Fiscal year")),
                Column(_("Total income"), numeric=True),
                Column(_("Deductions"), numeric=True),
                Column(_("Taxable income"), numeric=True),
                Column(_("Dependents"), numeric=True),
                Column(_("Lived here on")),
                Column(_("Taxation")),
            ],
            rows=[self._row(one) for one in records],
            actions=[
                Action(_("Back to the household"), f"/households/{record.household}", "h"),
                Action(_("Search residents"), "/search", "s"),
            ],
        )

    def _row(self, record: TaxRecord) -> Row:
        words = self._desk.words
        _ = self._desk.site.translate
        taxed = Tag(_("Taxed"), Tone.PROGRESS) if record.taxable_income_yen else Tag(_("Not taxed"), Tone.NEUTRAL)
        return Row(
            (
                str(record.fiscal_year),
                words.yen(record.total_income_yen),
                words.yen(record.deductions_yen),
                words.yen(record.taxable_income_yen),
                record.dependents,
                words.short_day(record.taxed_as_of),
                taxed,
            )
        )
