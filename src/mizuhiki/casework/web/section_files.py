"""Files of inquiries for the staff of a section, who ask for their own affair through their own server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Generic

from mizuhiki.casework.domain.errors import (
    InquiryAboutStranger,
    InquiryAboutUndecided,
    InquiryFileOfAnotherAffair,
)
from mizuhiki.casework.domain.inquiry_files import FilePlan, FileProgress, HeldFile, InquiryFile, LineOutcome
from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web.desk import CaseDesk
from mizuhiki.casework.web.file_pages import ACTION, FILES_SHOWN, FileWords, InquiryFilePages
from mizuhiki.ui.components import Action, Column, Row
from mizuhiki.vocabulary.statute import CurrentStatute
from mizuhiki.wire.exchange_files import ExchangeFileMalformed

_FAULTS = {
    InquiryFileOfAnotherAffair.code: ("affair", "another-affair"),
    InquiryAboutStranger.code: ("addressee_number", "stranger"),
    InquiryAboutUndecided.code: ("addressee_number", "undecided"),
}
"""Column and reason, as for what is wrong with the shape of a file."""


class DeskWords(FileWords, Generic[RecordsT]):
    """Days as the section's other pages write them."""

    def __init__(self, desk: CaseDesk[RecordsT]) -> None:
        super().__init__(desk.site)
        self._desk = desk

    def _law(self) -> CurrentStatute:
        return self._desk.service.adapters.statute

    def moment(self, at: datetime) -> str:
        """Return date and time in Japan."""
        return self._desk.moment(at)


class SectionFilePages(InquiryFilePages, Generic[RecordsT]):
    """Pages below `prefix`, which ends below the worklist of the desk's affair."""

    def __init__(self, desk: CaseDesk[RecordsT], prefix: str) -> None:
        super().__init__(desk.site, prefix, DeskWords(desk), back=prefix.rpartition("/")[0])
        self._desk = desk
        self._service = desk.service

    def require(self) -> None:
        """Check the role before the form is shown."""
        self._desk.require(ACTION)

    def kept_rows(self) -> Sequence[Row]:
        """Return files that wait to be sent."""
        found = self._service.inquiry_files(self._desk.context("see files"), sent=False, limit=FILES_SHOWN)
        return [
            Row((Action(one.name, f"{self._prefix}/kept/{one.file_id}"), one.lines, self._desk.moment(one.held_at)))
            for one in found
        ]

    def sent_columns(self) -> Sequence[Column]:
        """Return the columns of the files that were sent."""
        _ = self._site.translate
        return [Column(_("File")), Column(_("Lines"), numeric=True), Column(_("Handed in")), Column(_("Given in by"))]

    def sent_rows(self, limit: int, offset: int) -> Sequence[Row]:
        """Return files that were sent, newest first."""
        context = self._desk.context("see files")
        found = self._service.inquiry_files(context, sent=True, limit=limit, offset=offset)
        return [self._sent_row(one) for one in found]

    def _sent_row(self, one: HeldFile) -> Row:
        sent = None if one.sent_at is None else self._desk.moment(one.sent_at)
        return Row((Action(one.name, f"{self._prefix}/{one.file_id}"), one.lines, sent, one.held_by))

    def take(self, file: InquiryFile) -> bool | Sequence[ExchangeFileMalformed]:
        """Hold a file; false when its content was sent before, or the faults for which it is not taken."""
        context = self._desk.context("give a file in")
        faults = self._service.faults_of_file(context, file)
        if not faults:
            return self._service.give_file_in(context, file)
        return [
            ExchangeFileMalformed(line=one.fields["line"], column=column, reason=reason)
            for one in faults
            for column, reason in (_FAULTS[one.code],)
        ]

    def plan(self, file_id: str) -> FilePlan:
        """Return what a kept file would lead to."""
        return self._service.try_file(self._desk.context("try a file"), file_id)

    def send(self, file_id: str) -> None:
        """Send a kept file."""
        self._service.send_file(self._desk.context("hand a file in"), file_id)

    def discard(self, file_id: str) -> None:
        """Forget a kept file."""
        self._service.discard_file(self._desk.context("discard a file"), file_id)

    def follow(self, file_id: str) -> tuple[FileProgress, Sequence[LineOutcome]]:
        """Return where a file stands and how its lines ended, without what was learnt."""
        return self._service.follow_file(self._desk.context("follow a file"), file_id)

    def fetch(self, file_id: str) -> Sequence[LineOutcome]:
        """Return how the lines of a file ended, with what may be told of it."""
        return self._service.fetch_file(self._desk.context("fetch outcomes of a file"), file_id)
