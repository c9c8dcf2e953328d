"""Affairs under ordinances in words: states, steps, fields, what an item names, and reasons that programs wrote."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.institutions.commission.domain.ordinances import FilingState
from mizuhiki.institutions.commission.operations.keep_ordinance_affairs import ENDED_BY_BODY
from mizuhiki.institutions.commission.web.wording import office
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Named, Tag, Tone
from mizuhiki.vocabulary.affairs import AffairField
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import MalformedInstitutionId, parse_institution_id
from mizuhiki.vocabulary.statute import OrdinanceAffair, StatuteTable, class_name, is_class, kind_name

STATES = {  # message ids
    FilingState.LODGED: ("Waiting for a decision", Tone.ATTENTION),
    FilingState.PUBLISHED: ("Published", Tone.DONE),
    FilingState.RETURNED: ("Returned", Tone.PROBLEM),
    FilingState.WITHDRAWN: ("Ended", Tone.NEUTRAL),
}
STEPS = {
    FilingState.LODGED: "Lodged",
    FilingState.PUBLISHED: "Published",
    FilingState.RETURNED: "Returned to the local body",
    FilingState.WITHDRAWN: "Ended",
}
FIELDS = {
    AffairField.WELFARE_MEDICAL: "Welfare and health",
    AffairField.TAX: "Local tax",
    AffairField.DISASTER: "Disaster",
}
ENDED = "The local body ended it"
REPLACED, REPLACED_BY = "a newer filing takes its place: ", "A newer filing takes its place: %(filing)s"
"""How the reason of a replaced filing begins, and the words that are shown for it."""
NAMED = ("Named by the item", Tone.DONE)
NOT_IN_FORCE = ("Named, but not in force today", Tone.ATTENTION)
NOT_NAMED = ("Not named by the item", Tone.PROBLEM)


def shown(at: datetime) -> str:
    """Return an instant in Japan, to the second."""
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")


class FilingWords:
    """Words in the language of the request."""

    def __init__(self, site: Site, table: StatuteTable) -> None:
        self._site = site
        self._table = table
        self._kinds = frozenset(row.kind for row in table.rows)

    def title(self, affair: OrdinanceAffair) -> str:
        """Return the title of an affair."""
        return affair.title_en if self._site.language == "en" else affair.title_ja

    def state(self, state: FilingState) -> Tag:
        """Return where a filing stands."""
        words, tone = STATES[state]
        return Tag(self._site.translate(words), tone)

    def finding(self, finding: tuple[str, Tone]) -> Tag:
        """Return what the item says of something that is asked."""
        words, tone = finding
        return Tag(self._site.translate(words), tone)

    def office(self, institution: str) -> Named:
        """Return a local body."""
        return office(self._site, institution)

    def actor(self, actor: str) -> str:
        """Return who acted: a body by its name, staff by their account."""
        try:
            return self._site.institution_name(parse_institution_id(actor))
        except MalformedInstitutionId:
            return actor

    def field(self, field: AffairField) -> str:
        """Return the field of an affair; ordinances have three."""
        return self._site.translate(FIELDS[field]) if field in FIELDS else field.value

    def provider(self, provider_class: str) -> str:
        """Return a class of providers; one the table does not know stands for itself."""
        known = is_class(provider_class)
        return class_name(provider_class).in_language(self._site.language) if known else provider_class

    def kind(self, kind: str) -> str:
        """Return a kind of information; one the table does not know stands for itself."""
        return kind_name(kind).in_language(self._site.language) if kind in self._kinds else kind

    def item(self, number: str, affairs: set[str]) -> Named:
        """Return an item by the titles of the Act's affairs that it is about."""
        found = [self._table.affair(code) for code in sorted(affairs)]
        titles = [one.title_en if self._site.language == "en" else one.title_ja for one in found]
        return Named("; ".join(titles) or number, number)

    def reason(self, reason: str) -> str:
        """Return why something was done; reasons that programs wrote are said in the reader's language."""
        _ = self._site.translate
        if reason == ENDED_BY_BODY:
            return _(ENDED)
        if reason.startswith(REPLACED):
            return _(REPLACED_BY, filing=reason.removeprefix(REPLACED))
        return reason
