"""Codes in words: offices, affairs, procedures, kinds and items of information, outcomes.

Official titles exist in Japanese and English. Where the catalogue has one in the reader's language it is shown, else
the English one with the Japanese title that the law knows.
"""

from __future__ import annotations

from datetime import date, datetime

from mizuhiki.institutions.portal.domain.history import JAPAN, HistoryEntry
from mizuhiki.institutions.portal.web.messages import ENTRY_TITLES, FAILED_CHECKS, OUTCOMES
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Tag, Tone
from mizuhiki.vocabulary.affairs import AffairNotLawful, is_ordinance_affair
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionKind, kind_of, owner_of, parse_institution_id
from mizuhiki.vocabulary.layouts import kinds, layouts_accepted
from mizuhiki.vocabulary.layouts.layout import Layout
from mizuhiki.vocabulary.statute import CurrentStatute, NoSuchProcedure, StatuteRow, StatuteTable
from mizuhiki.vocabulary.statute.table import Verdict

_OF_THE_ACT = StatuteTable.load()
_UNSUCCESSFUL = frozenset({"no-data", "refused"})


class Wording:
    """Words in the language of the request."""

    def __init__(self, site: Site, statute: CurrentStatute) -> None:
        self._site = site
        self._statute = statute

    def title(self, japanese: str, english: str) -> str:
        """Return an official title in the reader's language."""
        language = self._site.language
        if language in {"ja", "en"}:
            return japanese if language == "ja" else english
        translated = self._site.look.translations(language).gettext(english)
        if translated != english:
            return translated
        return japanese if language == "ja-easy" else f"{english} ({japanese})"

    def office(self, institution: str) -> str:
        """Return an institution's name; an intermediate server is called by the office that it serves."""
        name = parse_institution_id(institution)
        if kind_of(name) is InstitutionKind.INTERMEDIATE_SERVER:
            name = owner_of(name)
        try:
            entry = self._site.environment.directory.entry(name)
        except NotInDirectory:
            return institution
        return entry.name_ja if self._site.language in {"ja", "ja-easy"} else entry.name_en

    def affair(self, code: str, body: str) -> str:
        """Return the title of an affair that a body does; that of its ordinance stands for itself when out of reach."""
        try:
            known = self._of(body, code).affair(code)
        except (AffairNotLawful, Unavailable):
            return code
        return self.title(known.title_ja, known.title_en)

    def procedure(self, code: str, body: str) -> str:
        """Return the title of a procedure that a body carries out; see `affair`."""
        try:
            known = self._of(body, code.partition(".")[0]).procedure(code)
        except (NoSuchProcedure, Unavailable):
            return code
        return self.title(known.title_ja, known.title_en)

    def _of(self, body: str, affair: str) -> StatuteTable:
        if not is_ordinance_affair(affair):
            return _OF_THE_ACT
        return self._statute.about(parse_institution_id(body), affair)

    def kind(self, code: str, day: date) -> str:
        """Return the title of a kind of information."""
        found = _layout(code, day)
        return self.title(found.title_ja, found.title_en) if found else code

    def items(self, entry: HistoryEntry) -> list[str]:
        """Return the titles of the items that were provided; never their values, which the record does not hold."""
        day = entry.requested_at.astimezone(JAPAN).date()
        known = {
            item.name: item for code in entry.information_kinds if (found := _layout(code, day)) for item in found.items
        }
        return [self.title(known[n].title_ja, known[n].title_en) if n in known else n for n in entry.items]

    def kinds(self, entry: HistoryEntry) -> str:
        """Return the titles of all kinds of an entry."""
        day = entry.requested_at.astimezone(JAPAN).date()
        return self.listed([self.kind(code, day) for code in entry.information_kinds])

    def listed(self, words: list[str]) -> str:
        """Join words the way the language does."""
        asian = self._site.language in {"ja", "ja-easy", "zh-Hans", "zh-Hant"}
        return ("、" if asian else ", ").join(words)

    def entry_title(self, entry: HistoryEntry) -> str:
        """Return what happened in a few words."""
        return self._site.translate(ENTRY_TITLES.get(entry.kind, ENTRY_TITLES["exchange"]))

    def outcome(self, entry: HistoryEntry) -> Tag:
        """Return how an exchange ended; a refusal names its code."""
        translate = self._site.translate
        if entry.kind != "exchange" and entry.outcome not in _UNSUCCESSFUL:
            return Tag(translate(OUTCOMES["done"]), Tone.DONE)
        message = OUTCOMES.get(entry.outcome)
        if message is None:
            return Tag(f"{translate(OUTCOMES['refused'])} ({entry.outcome})", Tone.PROBLEM)
        return Tag(translate(message), Tone.DONE if entry.outcome == "provided" else Tone.NEUTRAL)

    def failed_check(self, name: str) -> str:
        """Return which check of a record failed."""
        return self._site.translate(FAILED_CHECKS.get(name, FAILED_CHECKS["MalformedBundle"]))

    def day(self, day: date) -> str:
        """Return a date."""
        return self._site.look.format_day(day, self._site.language)

    def statute_rows(self, entry: HistoryEntry) -> list[StatuteRow]:
        """Return the rows that allow an exchange on the day it was asked for.

        Raises:
            Unavailable: whether an ordinance allows it cannot be told now.
        """
        if entry.kind != "exchange":
            return []
        day = entry.requested_at.astimezone(JAPAN).date()
        inquirer, provider = parse_institution_id(entry.inquirer), parse_institution_id(entry.provider)
        table = self._of(entry.inquirer, entry.affair)
        considered = [
            row
            for kind in entry.information_kinds
            for row in table.explain(inquirer, entry.affair, entry.procedure, provider, kind, day)
        ]
        return [one.row for one in considered if one.verdict is Verdict.PERMITS]

    def moment(self, at: datetime) -> str:
        """Return date and time in Japan."""
        local = at.astimezone(JAPAN)
        return f"{self.day(local.date())} {local:%H:%M}"


def _layout(code: str, day: date) -> Layout | None:
    accepted = layouts_accepted(code, day) if code in kinds() else ()
    return accepted[-1] if accepted else None
