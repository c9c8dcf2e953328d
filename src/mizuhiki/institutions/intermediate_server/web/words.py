"""Codes, institutions and times in words."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.institutions.intermediate_server.web.file_words import REFUSALS
from mizuhiki.institutions.intermediate_server.web.messages import CASES, OUTCOMES, REFUSED
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Tag, Tone
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId


class Words:
    """Codes, institutions and times in the language of the request."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def outcome(self, code: str) -> Tag:
        """Return how an exchange ended; a refusal names its rule."""
        _ = self._site.translate
        known = OUTCOMES.get(code)
        if known is not None:
            return Tag(_(known[0]), known[1])
        rule = _(REFUSALS[code]) if code in REFUSALS else code
        return Tag(_("%(refused)s: %(rule)s", refused=_(REFUSED), rule=rule), Tone.ATTENTION)

    def case(self, kind: str) -> str:
        """Return what a case is about."""
        return self._site.translate(CASES.get(kind, kind))

    def office(self, institution: InstitutionId) -> str:
        """Return an institution's name."""
        try:
            entry = self._site.environment.directory.entry(institution)
        except NotInDirectory:
            return institution
        return entry.name_ja if self._site.language == "ja" else entry.name_en

    @staticmethod
    def moment(at: datetime) -> str:
        """Return date and time in Japan."""
        return f"{at.astimezone(JST):%Y-%m-%d %H:%M}"
