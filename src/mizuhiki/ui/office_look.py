"""The look of pages that are complete in Japanese and English only: offices, counters and published records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mizuhiki.ui.look import Look

OFFERED: Final = ("ja", "en")


class OfficeLook(Look):
    """`Look` that offers the two languages these pages are complete in, Japanese first."""

    def choose_language(self, query: str | None, cookie: str | None, accepted: Sequence[str]) -> str:
        """Return English when it was asked for or stands first in the browser's list, else Japanese."""
        for asked in (query, cookie):
            if asked in OFFERED:
                return str(asked)
        chosen = super().choose_language(None, None, accepted[:1])
        return chosen if chosen in OFFERED else OFFERED[0]

    def language_names(self) -> Mapping[str, str]:
        """Return the offered languages in their own words."""
        names = super().language_names()
        return {code: names[code] for code in OFFERED}
