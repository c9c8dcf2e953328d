"""Who looked me up: the record of every tier of the register network with its verdict (R-026, R-033)."""

from __future__ import annotations

import itertools
from typing import cast

from mizuhiki.institutions.portal.domain.errors import HistoryEntryUnknown, HistoryNotOpen
from mizuhiki.institutions.portal.domain.look_ups import LookUpLine, OpenedLookUps, TierRecord
from mizuhiki.institutions.portal.operations.ask_card import CardPurpose
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.web import grounds
from mizuhiki.institutions.portal.web.card_pages import LOOK_UPS, CardPages
from mizuhiki.institutions.portal.web.messages import LOOK_UP_KINDS, LOOK_UP_OUTCOMES
from mizuhiki.institutions.portal.web.wording import Wording
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Column, Row

FILE_NAME = "mizuhiki-look-ups"


class LookUpPages:
    """Pages of the opened record of look-ups."""

    def __init__(self, site: Site, portal: Portal, cards: CardPages, wording: Wording) -> None:
        self._site = site
        self._portal = portal
        self._cards = cards
        self._words = wording
        site.route("/look-ups", ("GET", "POST"))(self.look_ups)
        site.route("/look-ups/files/<int:place>")(self.look_ups_bundle)

    def look_ups(self) -> Reply:
        """Show the opened record; else ask for a fresh card signature that names this opening."""
        _ = self._site.translate
        context = grounds.citizen(self._site, "see who looked me up")
        self._portal.look_ups.require_account(context)
        if request.method == "POST":
            return self._cards.ask(
                context,
                purpose=CardPurpose.OPEN_LOOK_UPS,
                statement=_("Show me who looked me up"),
                context_hash=self._portal.look_ups_hash,
            )
        try:
            opened = self._opened()
        except HistoryNotOpen:
            return self._site.render("ask_look_ups.html")
        columns = [
            Column(label)
            for label in (
                _("Date and time"),
                _("What happened"),
                _("Who asked"),
                _("Task of the office"),
                _("Result"),
                _("Legal basis as recorded"),
            )
        ]
        return self._site.render(
            "look_ups.html",
            columns=columns,
            tiers=self._tiers(opened),
        )

    def look_ups_bundle(self, place: int) -> Reply:
        """Give one tier's file that anybody can check offline, exactly as it came."""
        try:
            opened = self._opened()
        except HistoryNotOpen:
            return self._site.redirect("/look-ups")
        bundles = [bundle for tier in opened.tiers for bundle in tier.bundles]
        if not 1 <= place <= len(bundles):
            raise HistoryEntryUnknown
        day = self._site.environment.clock.today().isoformat()
        headers = {
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="{FILE_NAME}-{day}-{place}.json"',
        }
        return cast("Reply", self._site.app.make_response((bundles[place - 1], headers)))

    def _opened(self) -> OpenedLookUps:
        token = self._site.stored(LOOK_UPS)
        context = grounds.citizen(self._site, "read who looked me up")
        return self._portal.look_ups.view(context, token=token if isinstance(token, str) else "")

    def _tiers(self, opened: OpenedLookUps) -> list[dict[str, object]]:
        places = itertools.count(1)
        return [
            self._tier(tier, [f"/look-ups/files/{next(places)}" for _bundle in tier.bundles]) for tier in opened.tiers
        ]

    def _tier(self, tier: TierRecord, files: list[str]) -> dict[str, object]:
        newest = sorted(tier.lines, key=lambda line: line.looked_up_at, reverse=True)
        return {
            "name": self._words.office(tier.tier),
            "verified": tier.verdict.verified,
            "failed": self._words.failed_check(tier.verdict.failed) if tier.verdict.failed else "",
            "as_of": tier.verdict.as_of_in_japan,
            "rows": [self._row(line) for line in newest],
            "files": files,
        }

    def _row(self, line: LookUpLine) -> Row:
        _ = self._site.translate
        return Row(
            (
                self._words.moment(line.looked_up_at),
                _(LOOK_UP_KINDS.get(line.kind, line.kind)),
                self._words.office(line.asker),
                self._words.affair(line.affair, line.asker),
                _(LOOK_UP_OUTCOMES.get(line.outcome, line.outcome)),
                line.legal_basis,
            )
        )
