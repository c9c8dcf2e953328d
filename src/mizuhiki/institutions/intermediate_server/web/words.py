"""Codes, institutions and times in words."""

from __future__ import annotations

from mizuhiki.casework.web.file_pages import FileWords
from mizuhiki.institutions.intermediate_server.web.messages import CASES


class Words(FileWords):
    """Codes, institutions and times in the language of the request."""

    def case(self, kind: str) -> str:
        """Return what a case is about."""
        return self._site.translate(CASES.get(kind, kind))
