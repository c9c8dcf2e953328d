"""The record of exchanges with its verdict (R-026, R-033, R-274): list, one entry, files to take home."""

from __future__ import annotations

import base64
import csv
import io
from datetime import datetime
from typing import cast

from mizuhiki.institutions.portal.domain.errors import HistoryEntryUnknown, HistoryNotOpen
from mizuhiki.institutions.portal.domain.history import CodeLink, HistoryEntry, OpenedHistory, years_of
from mizuhiki.institutions.portal.operations.ask_card import CardPurpose
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.web import grounds
from mizuhiki.institutions.portal.web.card_pages import HISTORY, CardPages
from mizuhiki.institutions.portal.web.notice_pages import page_of
from mizuhiki.institutions.portal.web.wording import Wording
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Column, Row
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id

PER_PAGE = 50
FILE_NAME = "mizuhiki-history"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class HistoryPages:
    """Pages of the opened record."""

    def __init__(self, site: Site, portal: Portal, cards: CardPages, wording: Wording) -> None:
        self._site = site
        self._portal = portal
        self._cards = cards
        self._words = wording
        site.route("/history", ("GET", "POST"))(grounds.leading_on(site, self.history))
        site.route("/history/close", ("POST",))(grounds.leading_on(site, self.close_history))
        site.route("/history/bundle.json")(grounds.leading_on(site, self.history_bundle))
        site.route("/history/table.csv")(grounds.leading_on(site, self.history_csv))
        site.route("/history/codes")(grounds.leading_on(site, self.history_codes))
        site.route("/history/entries/<int:place>")(grounds.leading_on(site, self.history_entry))

    def history(self) -> Reply:
        """Show the opened record; else ask for a fresh card signature that names this opening."""
        _ = self._site.translate
        context = grounds.citizen(self._site, "open the record of exchanges")
        self._portal.history.require_ready(context)
        if request.method == "POST":
            return self._cards.ask(
                context,
                purpose=CardPurpose.OPEN_HISTORY,
                statement=_("Open my history of exchanges"),
                context_hash=self._portal.history_hash,
            )
        try:
            opened = self._opened()
        except HistoryNotOpen:
            return self._site.render("ask_history.html")
        if not opened.verdict.verified:
            return self._not_verified(opened)
        return self._list(opened)

    def close_history(self) -> Reply:
        """Forget the opened record."""
        self._portal.history.close(grounds.citizen(self._site, "close the record of exchanges"))
        self._site.forget(HISTORY)
        return self._site.redirect("/home")

    def history_bundle(self) -> Reply:
        """Give the file that anybody can check offline, exactly as it came."""
        return self._download(self._opened().bundle, "application/json", "json")

    def history_csv(self) -> Reply:
        """Give the entries as a table."""
        opened = self._opened()
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([column.label for column in self._columns()])
        for entry in opened.newest_first(self._year(opened)):
            writer.writerow([_harmless(cell) for cell in self._cells(entry)])
        return self._download("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", "csv")

    def history_entry(self, place: int) -> Reply:
        """Show one entry with its legal basis in plain words, and how to object."""
        opened = self._opened()
        entry = next((one for one in opened.entries if one.place == place), None)
        if entry is None:
            raise HistoryEntryUnknown
        commission = self._site.environment.directory.entry(institution_id(InstitutionKind.COMMISSION))
        rows = self._rows_of(entry)
        return self._site.render(
            "entry.html",
            title_text=self._words.entry_title(entry),
            facts=self._facts(entry),
            items=self._words.items(entry),
            kinds=self._words.kinds(entry),
            rows=rows,
            unknown=rows is None,
            entry=entry,
            inquirer=self._words.office(entry.inquirer),
            provider=self._words.office(entry.provider),
            procedure=self._words.procedure(entry.procedure, entry.inquirer),
            commission=self._words.office(commission.institution),
            commission_url=commission.base_url,
        )

    def _rows_of(self, entry: HistoryEntry) -> list[dict[str, str]] | None:
        """Return the rows that allowed an exchange; None where that cannot be told now."""
        try:
            found = self._words.statute_rows(entry)
        except Unavailable:
            return None
        return [
            {"citation": row.citation, "number": row.number, "since": self._words.day(row.valid_from)} for row in found
        ]

    def history_codes(self) -> Reply:
        """Show which codes the record stands under, and how it is proved that they are joined."""
        _ = self._site.translate
        opened = self._opened()
        if not opened.verdict.verified:
            return self._not_verified(opened)
        return self._site.render(
            "codes.html",
            verdict=opened.verdict,
            columns=[Column(_("Earlier code")), Column(_("New code")), Column(_("Joined on")), Column(_("Proof"))],
            rows=[self._link_row(link, since) for link, since in opened.links()],
            keys=self._key_texts(),
            joined=[f"{earlier}:{later}" for earlier, later in opened.verdict.joined],
        )

    # --- parts ---

    def _link_row(self, link: CodeLink, since: datetime) -> Row:
        _ = self._site.translate
        names = [_("Generation %(number)s", number=one) for one in (link.generation, link.linked_generation)]
        return Row((*names, self._words.moment(since), link.evidence.hex()[:16]))

    def _opened(self) -> OpenedHistory:
        token = self._site.stored(HISTORY)
        context = grounds.citizen(self._site, "read the record of exchanges")
        return self._portal.history.view(context, token=token if isinstance(token, str) else "")

    def _year(self, opened: OpenedHistory) -> int | None:
        asked = request.args.get("year", "")
        return next((year for year in years_of(opened.entries) if str(year) == asked), None)

    def _list(self, opened: OpenedHistory) -> Reply:
        year = self._year(opened)
        found = opened.newest_first(year)
        url = f"/history?year={year or ''}&page={{page}}"
        pages = page_of(request.args.get("page", ""), len(found), PER_PAGE, url)
        start = (pages.current - 1) * PER_PAGE
        return self._site.render(
            "history.html",
            opened=opened,
            columns=self._columns(),
            rows=[self._row(entry) for entry in found[start : start + PER_PAGE]],
            count=len(found),
            pages=pages,
            year=year,
            years=years_of(opened.entries),
            keys=self._key_texts(),
            commission=self._words.office("commission"),
        )

    def _not_verified(self, opened: OpenedHistory) -> Reply:
        commission = self._site.environment.directory.entry(institution_id(InstitutionKind.COMMISSION))
        return self._site.render(
            "not_verified.html",
            failed=self._words.failed_check(opened.verdict.failed),
            code=opened.verdict.failed,
            detail=opened.verdict.detail,
            commission=self._words.office(commission.institution),
            commission_url=commission.base_url,
            keys=self._key_texts(),
        )

    def _key_texts(self) -> list[str]:
        keys = self._portal.history.keys
        return [f"{name}={base64.b64encode(key).decode()}" for name, key in sorted(keys.items())]

    def _columns(self) -> list[Column]:
        _ = self._site.translate
        return [
            Column(label)
            for label in (
                _("Date and time"),
                _("What happened"),
                _("Who asked"),
                _("Who was asked"),
                _("Procedure"),
                _("Information"),
                _("Result"),
            )
        ]

    def _cells(self, entry: HistoryEntry) -> tuple[str, ...]:
        words = self._words
        return (
            words.moment(entry.requested_at),
            words.entry_title(entry),
            words.office(entry.inquirer),
            words.office(entry.provider),
            words.procedure(entry.procedure, entry.inquirer) or words.affair(entry.affair, entry.inquirer),
            words.kinds(entry),
            words.outcome(entry).label,
        )

    def _row(self, entry: HistoryEntry) -> Row:
        moment, title, *rest = self._cells(entry)
        link = Action(title, f"/history/entries/{entry.place}", about=moment)
        return Row((moment, link, *[text or None for text in rest[:-1]], self._words.outcome(entry)))

    def _facts(self, entry: HistoryEntry) -> list[Answer]:
        _ = self._site.translate
        words = self._words
        facts = [
            Answer(_("Date and time"), words.moment(entry.requested_at)),
            Answer(_("Finished"), words.moment(entry.completed_at)),
            Answer(_("Who asked"), words.office(entry.inquirer)),
            Answer(_("Who was asked"), words.office(entry.provider)),
            Answer(_("Task of the office"), words.affair(entry.affair, entry.inquirer)),
            Answer(_("Procedure"), words.procedure(entry.procedure, entry.inquirer)),
            Answer(_("Information"), words.kinds(entry)),
            Answer(_("Result"), words.outcome(entry).label),
            Answer(_("Legal basis as recorded"), entry.statute),
            Answer(_("Reference number"), entry.exchange_number),
        ]
        return [fact for fact in facts if fact.value]

    def _download(self, text: str, content_type: str, ending: str) -> Reply:
        day = self._site.environment.clock.today().isoformat()
        headers = {
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="{FILE_NAME}-{day}.{ending}"',
        }
        return cast("Reply", self._site.app.make_response((text, headers)))


def _harmless(cell: str) -> str:
    """Keep a table program from taking a text for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
