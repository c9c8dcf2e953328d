"""The report of the nightly comparison of the tiers (R-012)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.network import Tier, TierComparison, TierDifference
from mizuhiki.institutions.municipality.web import network_words as say
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk, refuse_step
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Column, Row, Tag, Tone

READ, RUN = "read-comparisons", "reconcile-tiers"


class ComparisonPages:
    """The list of comparisons with their differences; the registrar may start one at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/comparisons", ("GET", "POST"))(self.comparisons)

    def comparisons(self) -> Reply:
        """Show the reports, newest first; a post compares now."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(READ)
        if request.method == "POST":
            if request.form.get("do") != "compare":
                refuse_step()
            desk.operations.network.reconcile(desk.context(REGISTER, "compare the tiers now"))
            return desk.site.redirect("/comparisons")
        found = desk.operations.network.comparisons(desk.context(REGISTER, "show comparisons of the tiers"))
        return desk.site.render(
            "comparisons.html",
            columns=[Column(_("When")), Column(_("People compared"), numeric=True), *self._tier_columns()],
            rows=[self._row(one) for one in found],
            difference_columns=[
                Column(_("When")),
                Column(_("Tier")),
                Column(_("Person")),
                Column(_("Difference")),
                Column(_("Items")),
                Column(_("What was done")),
            ],
            differences=[self._difference(one, line) for one in found for line in one.differences],
            may_compare=desk.may(RUN),
            actions=[Action(_("Search residents"), "/search", "s")],
        )

    def _tier_columns(self) -> list[Column]:
        return [Column(self._desk.site.translate(say.TIERS[tier])) for tier in Tier]

    def _row(self, comparison: TierComparison) -> Row:
        return Row((say.moment(comparison.at), comparison.persons, *(self._tier(comparison, tier) for tier in Tier)))

    def _tier(self, comparison: TierComparison, tier: Tier) -> Tag:
        _ = self._desk.site.translate
        if tier.value in comparison.silent:
            return Tag(_("no answer: %(code)s", code=comparison.silent[tier.value]), Tone.PROBLEM)
        lines = [one for one in comparison.differences if one.tier is tier]
        if not lines:
            return Tag(_("agrees"), Tone.DONE)
        return Tag(_("%(count)s differences", count=len(lines)), Tone.PROGRESS)

    def _difference(self, comparison: TierComparison, line: TierDifference) -> Row:
        _ = self._desk.site.translate
        person = Action(_("Open the record"), f"/residents/{line.resident}") if line.resident else _("not known here")
        return Row(
            (
                say.moment(comparison.at),
                _(say.TIERS[line.tier]),
                person,
                _(say.KINDS[line.kind]),
                say.problems(self._desk, ", ".join(line.items)),
                _(say.REPAIRS[line.repair]),
            )
        )
