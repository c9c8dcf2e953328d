"""Codes, roles and sentences of the municipality in the language of the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from mizuhiki.card.errors import PinNotAllowed
from mizuhiki.institutions.municipality.domain.allowance_cases import CaseState
from mizuhiki.institutions.municipality.domain.child_allowance import Month
from mizuhiki.institutions.municipality.domain.events.catalogue import FORMS
from mizuhiki.institutions.municipality.domain.residents import NumberingStage, RecordState
from mizuhiki.institutions.municipality.web import event_words, messages
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Tag, Tone
from mizuhiki.vocabulary.dates import JST, age_on, to_wareki
from mizuhiki.vocabulary.errors import MizuhikiError, registered_codes
from mizuhiki.vocabulary.ids import MalformedInstitutionId, parse_institution_id
from mizuhiki.vocabulary.layouts import Scalar, kinds, layouts_accepted
from mizuhiki.vocabulary.layouts.layout import ABSENCE_SUFFIX, ItemType
from mizuhiki.vocabulary.persons import (
    Position,
    Relationship,
    Sex,
    links_of,
    nationality_en,
    nationality_ja,
    parse_position,
)

_JOINED_RELATIONSHIPS = ("2012", "2011", "2020", "1220", "1120", "1252", "1251", "1152", "1151")
"""Those that counters meet most: the child's wife, the wife's child, her mother, and so on."""
_DOCUMENTS = {item.kind: item for form in FORMS.values() for item in form.evidence}
_RECORD_TONES = {
    RecordState.CURRENT: Tone.DONE,
    RecordState.MOVING: Tone.ATTENTION,
    RecordState.REMOVED: Tone.NEUTRAL,
}
_CASE_TONES = {
    CaseState.APPLIED: Tone.ATTENTION,
    CaseState.EXAMINED: Tone.PROGRESS,
    CaseState.PROPOSED: Tone.PROGRESS,
    CaseState.APPROVED: Tone.DONE,
    CaseState.PAYING: Tone.DONE,
}


class Wording:
    """Words for one site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def _japanese(self) -> bool:
        return self._site.language != "en"

    def _of(self, table: Mapping[str, str], code: str) -> str:
        """Return the words of a code; one that the table lacks stands for itself."""
        return self._site.translate(table[code]) if code in table else code

    def relationship(self, value: Position) -> str:
        """Return a relationship to the head."""
        return (
            value.title_ja
            if self._japanese
            else " / ".join(self._of(messages.RELATIONSHIPS, link.value) for link in links_of(value))
        )

    def relationships(self) -> tuple[tuple[str, str], ...]:
        """Return the codes of relationships to choose from with their words: single ones, then common joined ones."""
        codes = (*(one.value for one in Relationship), *_JOINED_RELATIONSHIPS)
        return tuple((code, self.relationship(parse_position(code))) for code in codes)

    def nationality(self, code: str) -> str:
        """Return a nationality or region by its letters, in the language of the page."""
        return (nationality_ja if self._site.language == "ja" else nationality_en)(code)

    def sex(self, value: Sex) -> str:
        """Return a sex."""
        return self._site.translate(messages.SEXES[int(value)])

    def reason(self, code: str) -> str:
        """Return a reason of change."""
        return self._of(messages.REASONS, code)

    def record_state(self, state: RecordState) -> Tag:
        """Return where a record stands."""
        return Tag(self._of(messages.RECORD_STATES, state.value), _RECORD_TONES[state])

    def stage(self, stage: NumberingStage) -> str:
        """Return how far a numbering is."""
        return self._of(messages.STAGES, stage.value)

    def linkage(self, code: str) -> str:
        """Return where an addressee stands with linkage."""
        return self._of(messages.LINKAGES, code)

    def case_state(self, state: CaseState) -> Tag:
        """Return where a case stands."""
        return Tag(self._of(messages.CASE_STATES, state.value), _CASE_TONES[state])

    def case_step(self, step: str) -> str:
        """Return what was done with a case."""
        return self._of(messages.CASE_STEPS, step)

    def outcome(self, outcome: str) -> Tag:
        """Return how an inquiry ended; a refusal shows its code."""
        if outcome in messages.OUTCOMES:
            tone = Tone.DONE if outcome == "provided" else Tone.ATTENTION
            return Tag(self._of(messages.OUTCOMES, outcome), tone)
        _ = self._site.translate
        return Tag(f"{_('Refused')}: {outcome}", Tone.PROBLEM)

    def kind(self, code: str) -> str:
        """Return the title of a kind of information."""
        return self._of(messages.KINDS, code)

    def note(self, text: str) -> str:
        """Return a note of the register: a known one in words, a day as a day, another as it is."""
        if text in messages.NOTES or text in messages.OUTCOMES:
            return self._of({**messages.NOTES, **messages.OUTCOMES}, text)
        late, space, rest = text.partition(" ")
        if space and late in messages.NOTES:
            return f"{self._of(messages.NOTES, late)}{'：' if self._japanese else ': '}{rest}"
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text

    def document(self, code: str) -> str:
        """Return the title of a document that was shown or handed in, whatever event lists it."""
        kind, mark, title = code.partition(": ")
        listed = _DOCUMENTS.get(kind)
        if listed is None:
            return self._of(messages.DOCUMENTS, code)
        words = listed.title_ja if self._japanese else listed.title_en
        return f"{words}{mark}{title}"

    def field(self, name: str) -> str:
        """Return what a field of an error is called."""
        return self._of(messages.FIELDS, name)

    def journal(self, what: str) -> str:
        """Return what a line of the journal says."""
        return self._of({**messages.CASE_STEPS, **messages.STAGES, **messages.REASONS}, what)

    def actor(self, text: str) -> str:
        """Return role and account of who acted."""
        role, _, account = text.partition("/")
        words = self._of(messages.ROLE_NAMES, role)
        return f"{words} {account}" if account else words

    def reason_of_decision(self, text: str) -> str:
        """Return a reason of the assessment, which the domain states in English with its values."""
        amount, _, rule = text.partition(" yen: ")
        if rule in messages.AMOUNT_RULES:
            return f"{self.yen(int(amount.replace(',', '')))}: {self.rule(rule)}"
        for pattern, names, message in messages.REASON_PATTERNS:
            found = re.fullmatch(pattern, text)
            if found:
                values = dict(zip(names, found.groups(), strict=True))
                if "source" in values:
                    values["source"] = self._source(values["source"])
                return self._site.translate(message, **values)
        return text

    def _source(self, text: str) -> str:
        """Return where a fact comes from: an institution's name and, after a comma, the number of the exchange."""
        institution, comma, number = text.partition(", ")
        return f"{self.office(institution)}{comma}{number}"

    def rule(self, text: str) -> str:
        """Return the rule an amount follows from."""
        return self._site.translate(text) if text in messages.AMOUNT_RULES else text

    def notice(self, text: str) -> str:
        """Return a notice of an operation in the page's language; a late one is said by the page itself."""
        return self._site.translate(event_words.NOTICES[text]) if text in event_words.NOTICES else text

    def refusal(self, error: MizuhikiError, more: Mapping[str, str] | None = None) -> str:
        """Return an error as one message of a form, with what it is about; never a typed value.

        `more` are words for codes that only the page's own errors name; they go before the common ones.
        """
        translate = self._site.translate
        if isinstance(error, PinNotAllowed):
            return f"{translate(error.title)}: {self.pin_reason(str(error.fields.get('reason', '')))}"
        known_words = {
            **event_words.ITEMS,
            **event_words.RULES,
            **messages.REFUSED_ITEMS,
            **event_words.CARD_LAPSES,
            **(more or {}),
        }
        rule = str(error.fields.get("rule") or "")
        words = [translate(event_words.RULES[rule])] if rule in event_words.RULES else []
        words += [
            self._of(known_words, part)
            for name in ("item", "items", "step", "part", "reason", "condition", "evidence", "cause")
            for part in str(error.fields.get(name) or "").split(", ")
            if part
        ]
        title = translate(error.title)
        if error.fields.get("peer_code"):
            code = str(error.fields["peer_code"])
            known = registered_codes().get(code)
            words.append(translate(known.title) if known else code)
            words.append(self.office(str(error.fields.get("peer") or "")))
        mark = "：" if self._japanese else ": "
        return f"{title}{mark}{self.listed(words)}" if words else title

    def pin_reason(self, reason: str) -> str:
        """Return which rule a PIN breaks."""
        return self._of(messages.PIN_REASONS, reason)

    def office(self, institution: str) -> str:
        """Return an institution's name."""
        try:
            entry = self._site.environment.directory.entry(parse_institution_id(institution))
        except (NotInDirectory, MalformedInstitutionId):
            return institution
        return entry.name_ja if self._japanese else entry.name_en

    def item(self, kind: str, name: str, value: Scalar, day: date) -> tuple[str, str]:
        """Return title and value of an item of linked information in words."""
        accepted = layouts_accepted(kind, day) if kind in kinds() else ()
        known = {item.name: item for layout in accepted for item in layout.items}
        if name not in known:
            return name, str(value)
        item = known[name]
        title = item.title_ja if self._japanese else item.title_en
        if isinstance(value, bool):
            _ = self._site.translate
            return title, _("Yes") if value else _("No")
        if isinstance(value, int) and item.type is ItemType.YEN:
            return title, self.yen(value)
        return title, str(value)

    def items(self, kind: str, items: Mapping[str, Scalar], day: date) -> list[tuple[str, str]]:
        """Return the items that have a value, in words."""
        present = {n: v for n, v in items.items() if v is not None and not n.endswith(ABSENCE_SUFFIX)}
        return [self.item(kind, name, value, day) for name, value in present.items()]

    def listed(self, words: list[str]) -> str:
        """Join words the way the language does."""
        return ("、" if self._japanese else ", ").join(words)

    def day(self, day: date) -> str:
        """Return a date."""
        return self._site.look.format_day(day, self._site.language)

    def short_day(self, day: date) -> str:
        """Return a date for a table: with the era in Japanese, ISO in English."""
        return to_wareki(day) if self._japanese else day.isoformat()

    def born(self, birth: date, today: date) -> str:
        """Return a date of birth with the age."""
        _ = self._site.translate
        age = max(age_on(birth, today), 0)
        return _("%(day)s (age %(age)s)", day=self.short_day(birth), age=age)

    def moment(self, at: datetime) -> str:
        """Return date and time in Japan."""
        local = at.astimezone(JST)
        return f"{self.short_day(local.date())} {local:%H:%M}"

    def time(self, at: datetime) -> str:
        """Return the time of day in Japan."""
        return f"{at.astimezone(JST):%H:%M}"

    def month(self, month: Month) -> str:
        """Return a month."""
        return f"{month[0]}年{month[1]}月" if self._japanese else f"{month[0]}-{month[1]:02}"

    def yen(self, amount: int) -> str:
        """Return an amount of money."""
        return f"{amount:,}円" if self._japanese else f"{amount:,} yen"
