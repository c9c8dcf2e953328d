"""Staff handles files of inquiries: give one in, try it, hand it in, follow it, fetch its outcomes.

    given in ──▶ kept (a day at most) ──try──▶ findings ──hand in──▶ `InquireBulk` ──▶ outcomes

What a file leads to is decided by `InquireBulk` alone, as for a file of the business system: the same content by either
way is one file and asks once. A step that is cut off is simply done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from mizuhiki.casework.domain.inquiry_files import FileProgress, LineFinding
from mizuhiki.institutions.intermediate_server.domain.bulk import (
    BulkFile,
    DryRun,
    FileOutcomes,
    KeptFile,
    LineResult,
    Question,
)
from mizuhiki.institutions.intermediate_server.domain.errors import FileNotKept
from mizuhiki.institutions.intermediate_server.domain.exchanges import PROVIDED
from mizuhiki.institutions.intermediate_server.operations.inquire_bulk import InquireBulk
from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.ids import InstitutionId

ACTION = "hand-in-files"
KEEP_UP = "keep-up"
KEPT_FOR = timedelta(days=1)
CHANNEL = "outcome-file"
HANDLED = "exchange-file-handled"


@dataclass(frozen=True, slots=True)
class TriedFile:
    """A kept file with what it would lead to, question by question and line by line."""

    file: BulkFile
    plan: DryRun
    lines: tuple[LineFinding, ...]


@dataclass(frozen=True, slots=True)
class HandInFiles:
    """Use cases of the pages for files."""

    store: Store
    authority: Authority
    bulk: InquireBulk
    gate: ProtectionGate
    owner: InstitutionId

    def give_in(self, context: Context, *, file: BulkFile) -> bool:
        """Keep a file until it is handed in or a day has passed; false when its content was handed in before."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            if records.bulk_digest(file.file_id) is not None:
                return False
            records.keep_file(file, context.actor.person or "", context.now())
        return True

    def kept(self, context: Context) -> list[KeptFile]:
        """Return kept files, newest first."""
        self.authority.require(context, ACTION)
        return self.store.kept_files()

    def try_out(self, context: Context, *, file_id: str) -> TriedFile:
        """Tell what a kept file would lead to; nothing is sent.

        Raises:
            FileNotKept: it was never given in, or its day is over.
            FileEmpty, FileTooLong: see `InquireBulk.dry_run`.
        """
        self.authority.require(context, ACTION)
        file = self._kept(file_id)
        plan = self.bulk.dry_run(context, file=file)
        by_question = {one.question: one for one in plan.questions}
        refused = {one.number: one.result.outcome for one in plan.refused}
        lines = []
        for line in file.lines:
            if line.number in refused:
                lines.append(LineFinding(line.number, line.request.provider, (), refused[line.number]))
                continue
            planned = by_question[Question.of(line.request)]
            lines.append(LineFinding(line.number, line.request.provider, planned.rows, planned.refusal))
        return TriedFile(file, plan, tuple(lines))

    def hand_in(self, context: Context, *, file_id: str) -> FileProgress:
        """Hand a kept file in; its sections are sent by the timed work. Once more is the same.

        Raises:
            FileNotKept: it is not kept and was not handed in.
        """
        self.authority.require(context, ACTION)
        known = self.store.bulk_progress(file_id)
        if known is None:
            known = self.bulk.submit(context, file=self._kept(file_id))
        with self.store.transaction() as records:
            # The file is kept until this is noted, so that a crash in between notes it when it is handed in again.
            if records.drop_kept_file(file_id):
                records.audit(grounds_of(context), HANDLED, "handed-in", lines=known.lines)
        return known

    def discard(self, context: Context, *, file_id: str) -> None:
        """Forget a kept file.

        Raises:
            FileNotKept: there is none.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            if not records.drop_kept_file(file_id):
                raise FileNotKept

    def forget(self, context: Context) -> int:
        """Drop files that were kept for longer than a day; return how many."""
        self.authority.require(context, KEEP_UP)
        before: datetime = context.now() - KEPT_FOR
        with self.store.transaction() as records:
            return records.drop_kept_files(before)

    def follow(self, context: Context, *, file_id: str) -> FileOutcomes:
        """Return where a file stands and how its lines ended, without what was learnt about anybody.

        Raises:
            UnknownFile: there is no such file.
        """
        self.authority.require(context, ACTION)
        progress, results = self._results(context, file_id)
        bare = tuple(replace(one, result=replace(one.result, information=())) for one in results)
        return FileOutcomes(progress=progress, results=bare, withheld=frozenset())

    def fetch(self, context: Context, *, file_id: str) -> FileOutcomes:
        """Return the outcomes of a file with the information; a person under a measure stays withheld from the file.

        The business system gets those too, through its own interface. That staff fetched the file is recorded.

        Raises:
            UnknownFile: there is no such file.
        """
        self.authority.require(context, ACTION)
        progress, results = self._results(context, file_id)
        told = [one for one in results if one.result.outcome == PROVIDED]
        withheld = self.gate.withheld(context, [self._disclosure(one) for one in told])
        hidden = frozenset(one.number for one, hide in zip(told, withheld, strict=True) if hide)
        shown = tuple(
            replace(one, result=replace(one.result, information=(), receipt="")) if one.number in hidden else one
            for one in results
        )
        self._note(context, "fetched", len(shown))
        return FileOutcomes(progress=progress, results=shown, withheld=hidden)

    def _disclosure(self, one: LineResult) -> Disclosure:
        content = ",".join(part.kind for part in one.result.information)
        return Disclosure(one.addressee_number, CHANNEL, self.owner, content)

    def _results(self, context: Context, file_id: str) -> tuple[FileProgress, list[LineResult]]:
        progress = self.bulk.progress(context, file_id=file_id)
        pages = [self.bulk.outcomes(context, file_id=file_id, page=page) for page in range(progress.sections + 1)]
        results = [one for page in pages for one in page.results]
        return progress, sorted(results, key=lambda one: one.number)

    def _kept(self, file_id: str) -> BulkFile:
        with self.store.snapshot() as records:
            found = records.kept_file(file_id)
        if found is None:
            raise FileNotKept
        return found

    def _note(self, context: Context, outcome: str, lines: int) -> None:
        with self.store.transaction() as records:
            records.audit(grounds_of(context), HANDLED, outcome, lines=lines)
