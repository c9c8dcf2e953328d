"""Before and after: papers and visits that answered exchanges made needless (R-217, R-218). Figures, no person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.institutions.linkage_core.ports import ProvidedCount
from mizuhiki.institutions.linkage_core.web.statute_pages import StatuteWording
from mizuhiki.runtime.pages import Reply, Site
from mizuhiki.ui.components import Answer, Column, Row
from mizuhiki.vocabulary.statute import class_name, papers_before, papers_replaced, procedures


@dataclass(frozen=True, slots=True)
class Saved:
    """What answered exchanges of one procedure saved.

    An exchange asks one office about one person once: a visit or a letter that person is spared. Its papers are those
    that the published examples name for the procedure and the kinds that were provided.
    """

    procedure: str
    exchanges: int
    papers: int


def saved_by_procedure(counts: Iterable[ProvidedCount]) -> list[Saved]:
    """Return savings by procedure, the largest first."""
    found: dict[str, Saved] = {}
    for count in counts:
        before = found.get(count.procedure, Saved(count.procedure, 0, 0))
        papers = sum(len(papers_replaced(count.procedure, kind)) for kind in count.kinds)
        found[count.procedure] = Saved(
            count.procedure, before.exchanges + count.number, before.papers + papers * count.number
        )
    return sorted(found.values(), key=lambda one: (-one.papers, one.procedure))


class PapersPage:
    """What each procedure asked for before, and what the exchanges so far have saved."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._core = core
        self._wording = StatuteWording(site, core.statute)
        site.route("/papers", public=True)(self.papers)

    def papers(self) -> Reply:
        """Show both tables."""
        _ = self._site.translate
        saved = saved_by_procedure(self._core.count_provided())
        return self._site.render(
            "papers.html",
            saved_columns=[
                Column(_("Procedure")),
                Column(_("Visits or letters saved"), numeric=True),
                Column(_("Papers saved"), numeric=True),
            ],
            saved=[
                Row((self._wording.procedure_title(one.procedure), one.exchanges, one.papers))
                for one in saved
                if one.papers
            ],
            totals=[
                Answer(_("Visits or letters saved"), str(sum(one.exchanges for one in saved if one.papers))),
                Answer(_("Papers saved"), str(sum(one.papers for one in saved))),
            ],
            before=[self._before(one.code) for one in procedures() if papers_before(one.code)],
        )

    def _before(self, procedure: str) -> Answer:
        """Return what a procedure asked for, by office: a list fits a telephone's screen, a table does not."""
        english = self._site.language == "en"
        colon, comma, stop = (": ", ", ", "; ") if english else ("：", "、", "；")
        papers = papers_before(procedure)
        by_office: dict[str, list[str]] = {}
        for paper in papers:
            by_office.setdefault(paper.office_class, []).append(paper.title_en if english else paper.title_ja)
        words = stop.join(
            f"{class_name(office).in_language(self._site.language)}{colon}{comma.join(names)}"
            for office, names in by_office.items()
        )
        offices = self._site.translate("Offices: %(number)s", number=len(by_office))
        return Answer(
            self._wording.procedure_title(procedure), f"{words} ({offices})" if english else f"{words}（{offices}）"
        )
