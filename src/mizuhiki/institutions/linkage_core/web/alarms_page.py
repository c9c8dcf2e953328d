"""Alarms and traps for the operator: what was told to the commission, and how many traps stand. No person."""

from __future__ import annotations

from mizuhiki.institutions.linkage_core.domain.traps import MOST_STANDING, Alarm
from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.institutions.linkage_core.web.wording import office
from mizuhiki.runtime.pages import Reply, Site
from mizuhiki.ui.components import Column, Row, Tag, Tone
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import owner_of

AFFAIR = "information-linkage"
BASIS = "番号法24条"
SHOWN = 200
PURPOSES = {"inquiry": "Inquiry", "notice": "Notice"}


class AlarmsPage:
    """The operator's page of alarms."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._traps = core.traps
        site.route("/alarms")(self.alarms)

    def alarms(self) -> Reply:
        """List alarms, newest first, and standing traps by institution."""
        _ = self._site.translate
        context = self._site.context(AFFAIR, BASIS, "read alarms")
        return self._site.render(
            "alarms.html",
            columns=[
                Column(_("Time")),
                Column(_("Commission")),
                Column(_("Purpose")),
                Column(_("Asked by")),
                Column(_("Asked of")),
                Column(_("Procedure and kinds")),
                Column(_("Traps"), numeric=True),
                Column(_("Persons"), numeric=True),
            ],
            rows=[self._row(one) for one in self._traps.alarms(context, limit=SHOWN)],
            standing_columns=[Column(_("Institution")), Column(_("Traps"), numeric=True)],
            standing=[
                Row((office(self._site, owner_of(one.holder)), one.number)) for one in self._traps.standing(context)
            ],
            most=MOST_STANDING,
        )

    def _row(self, one: Alarm) -> Row:
        _ = self._site.translate
        told = Tag(_("Told"), Tone.DONE)
        if one.told_at is None:
            told = Tag(_("Waits, %(attempts)s attempts", attempts=one.attempts), Tone.ATTENTION)
        return Row(
            (
                one.raised_at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S"),
                told,
                _(PURPOSES[one.purpose]),
                office(self._site, one.asker),
                office(self._site, one.other),
                one.procedure,
                len(one.traps),
                one.lines,
            )
        )
