"""Notices: the list and one notice (R-276)."""

from __future__ import annotations

from mizuhiki.institutions.portal.domain.notices import Notice
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.web import grounds
from mizuhiki.institutions.portal.web.wording import Wording
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Column, Pages, Row, Tag, Tone

PER_PAGE = 20


class NoticePages:
    """Pages of the account's notices."""

    def __init__(self, site: Site, portal: Portal, wording: Wording) -> None:
        self._site = site
        self._portal = portal
        self._words = wording
        site.route("/notices")(grounds.leading_on(site, self.notices))
        site.route("/notices/<notice_id>")(grounds.leading_on(site, self.notice))

    def notices(self) -> Reply:
        """List the notices, newest first."""
        _ = self._site.translate
        found = self._portal.notices.all(grounds.citizen(self._site, "list notices"))
        pages = page_of(request.args.get("page", ""), len(found), PER_PAGE, "/notices?page={page}")
        start = (pages.current - 1) * PER_PAGE
        return self._site.render(
            "notices.html",
            columns=[Column(_("Subject")), Column(_("From")), Column(_("Sent on")), Column(_("State"))],
            rows=[self._row(notice) for notice in found[start : start + PER_PAGE]],
            count=len(found),
            pages=pages,
        )

    def _row(self, notice: Notice) -> Row:
        _ = self._site.translate
        state = Tag(_("Read")) if notice.read else Tag(_("New"), Tone.ATTENTION)
        subject = Action(notice.subject, f"/notices/{notice.notice_id}")
        return Row((subject, self._words.office(notice.sender), self._words.moment(notice.sent_at), state))

    def notice(self, notice_id: str) -> Reply:
        """Show one notice; it counts as read from then on."""
        _ = self._site.translate
        context = grounds.citizen(self._site, "read a notice")
        notice = self._portal.notices.one(context, notice_id=notice_id)
        facts = [
            Answer(_("From"), self._words.office(notice.sender)),
            Answer(_("Sent on"), self._words.moment(notice.sent_at)),
        ]
        if notice.respond_by is not None:
            facts.append(Answer(_("Answer by"), self._words.day(notice.respond_by)))
        return self._site.render(
            "notice.html", notice=notice, facts=facts, paragraphs=[line for line in notice.body.splitlines() if line]
        )


def page_of(asked: str, count: int, per_page: int, url: str) -> Pages:
    """Return which page of a list to show; anything but a page number of the list is its first or last page."""
    last = max(1, -(-count // per_page))
    current = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1  # noqa: PLR2004 - no list is longer
    return Pages(current=min(max(current, 1), last), last=last, url=url)
