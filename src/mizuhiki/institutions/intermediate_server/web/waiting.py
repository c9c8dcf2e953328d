"""What waits for an answer, for whom and since when; and who was away."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.exchanges import Inquiry
from mizuhiki.institutions.intermediate_server.domain.outages import AWAITS_APPROVAL, Outage, Waiting
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.web.words import Words
from mizuhiki.runtime.pages import Reply, Site
from mizuhiki.ui.components import Column, Row, Tag, Tone
from mizuhiki.vocabulary.ids import InstitutionId

AFFAIR = "information-provision"


class WaitingPage:
    """Own inquiries without an answer, and outages of others."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._upkeep = server.upkeep
        self._words = words
        site.route("/waiting")(self.waiting)

    def waiting(self) -> Reply:
        """Show both lists."""
        _ = self._site.translate
        context = self._site.context(AFFAIR, "番号法23条", "see what waits")
        outages = self._upkeep.outages(context)
        return self._site.render(
            "waiting.html",
            away=any(one.ended_at is None for one in outages),
            columns=[
                Column(_("Exchange number")),
                Column(_("Asked of")),
                Column(_("Asked")),
                Column(_("Waits for")),
                Column(_("Waits since")),
                Column(_("Next attempt")),
            ],
            rows=[self._row(inquiry, waiting) for inquiry, waiting in self._upkeep.queue(context)],
            outage_columns=[
                Column(_("Institution")),
                Column(_("State")),
                Column(_("Since")),
                Column(_("Attempts"), numeric=True),
            ],
            outages=[self._outage(one) for one in outages],
        )

    def _row(self, inquiry: Inquiry, waiting: Waiting | None) -> Row:
        return Row(
            (
                inquiry.exchange_number,
                self._words.office(inquiry.request.provider),
                self._words.moment(inquiry.requested_at),
                self._reason(waiting),
                "" if waiting is None else self._words.moment(waiting.since),
                "" if waiting is None else self._words.moment(waiting.next_attempt_at),
            )
        )

    def _reason(self, waiting: Waiting | None) -> Tag:
        _ = self._site.translate
        if waiting is None:
            return Tag(_("being sent"), Tone.PROGRESS)
        office = self._words.office(InstitutionId(waiting.target))
        if waiting.code == AWAITS_APPROVAL:
            return Tag(_("%(office)s: approval by its staff", office=office), Tone.PROGRESS)
        return Tag(_("%(office)s: does not answer", office=office), Tone.PROBLEM)

    def _outage(self, one: Outage) -> Row:
        _ = self._site.translate
        state = Tag(_("does not answer"), Tone.PROBLEM)
        if one.ended_at is not None:
            state = Tag(_("answers again since %(moment)s", moment=self._words.moment(one.ended_at)), Tone.DONE)
        office = self._words.office(InstitutionId(one.target))
        return Row((office, state, self._words.moment(one.since), one.attempts))
