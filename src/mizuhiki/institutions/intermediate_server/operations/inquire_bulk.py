"""Ask about up to 10,000 persons with one file (番号法19条8号; exchange design, Bulk).

    file ──plan──▶ sections of shuffled lines ──sign, store──▶ sent ──open──▶ results

- Everything is stored before it is sent, the signed section too; a repetition sends the very same. A file is known by
  its identifier, so handing it in twice asks nobody twice.
- A line that may not be asked is refused by the same rule as a single inquiry and does not hold up the others.
- What follows from an answer (mis-link guard, receipt, record, case) `EndInquiries` decides, as for a single inquiry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from mizuhiki.casework.domain.inquiry_files import FileProgress
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.bulk import (
    LARGEST_FILE,
    BulkFile,
    BulkLine,
    BulkSection,
    DryRun,
    LineResult,
    OutcomePage,
    PlannedQuestion,
    Question,
    SectionLine,
    grouped,
    without,
)
from mizuhiki.institutions.intermediate_server.domain.errors import (
    AddresseeMismatch,
    FileChanged,
    LineMalformed,
    OwnOwnerAsked,
    PieceOutOfPlace,
    UnknownFile,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import PROVIDED, Inquiry, InquiryResult
from mizuhiki.institutions.intermediate_server.operations.end_inquiries import EndInquiries, is_received
from mizuhiki.institutions.intermediate_server.operations.exchange_numbers import exchange_numbers
from mizuhiki.institutions.intermediate_server.operations.inquire import ACTION
from mizuhiki.institutions.intermediate_server.operations.newest_generation import newest_in_use
from mizuhiki.institutions.intermediate_server.operations.subjects import is_gone, own_of, require_askable, subject_of
from mizuhiki.institutions.intermediate_server.operations.wait import Wait
from mizuhiki.institutions.intermediate_server.ports import (
    CoreAnswer,
    PersonKey,
    Records,
    SectionExchange,
    Standing,
    Store,
    Subject,
)
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.statute import CurrentStatute, LinkageQuestion, permit_inquiry

SECTION_SIZE = 1_000
"""Lines of one section: one signature, two tickets and one seal for all of them."""
BATCH = 100
Person = TypeVar("Person", Standing, Subject)


@dataclass(frozen=True, slots=True)
class InquireBulk:
    """Plans files, sends their sections, tells their outcomes."""

    store: Store
    authority: Authority
    exchange: SectionExchange
    ends: EndInquiries
    wait: Wait
    generations: CurrentGenerations
    randomness: Randomness
    statute: CurrentStatute
    owner: InstitutionId
    section_size: int = SECTION_SIZE

    def submit(self, context: Context, *, file: BulkFile) -> FileProgress:
        """Store a file with its sections; nobody is asked before that.

        Raises:
            FileEmpty, FileTooLong: it has no line, or more than 10,000.
            FileChanged: another file was handed in under this identifier.
            PieceOutOfPlace: a piece that does not follow its stream's last line.
        """
        self.authority.require(context, ACTION)
        file.require_size()
        # What it is called is no part of it: the same content under another name is the same file.
        digest = sha256(msgspec.json.encode([file.file_id, file.lines]))
        with self.store.transaction() as records:
            known = records.bulk_digest(file.file_id)
            if known is None:
                asked, refused = self._sorted_out(records.standings(_addressees(file)), file.lines)
                sections = self._sections(context, file.file_id, asked)
                if not records.put_bulk_file(file, digest, sections, refused, context.now()):
                    raise PieceOutOfPlace(first_line=file.first_line) if file.stream_id else FileChanged()
            elif known != digest:
                raise FileChanged
        return self.progress(context, file_id=file.file_id)

    def dry_run(self, context: Context, *, file: BulkFile) -> DryRun:
        """Tell what a file would lead to and which statute row permits each question; nothing is stored or sent.

        The commission's half, the published assessment, is known to the commission alone and not told here.

        Raises:
            FileEmpty, FileTooLong: as in `submit`.
        """
        self.authority.require(context, ACTION)
        file.require_size()
        with self.store.snapshot() as records:
            asked, refused = self._sorted_out(records.standings(_addressees(file)), file.lines)
        questions = [self._planned(context, question, len(lines)) for question, lines in grouped(asked).items()]
        return DryRun(tuple(questions), tuple(refused))

    def send(self, context: Context, *, file_id: str) -> FileProgress:
        """Send what is not answered yet, until the core cannot be reached; the rest goes on with the timed work.

        Raises:
            UnknownFile: there is no such file.
        """
        self.authority.require(context, ACTION)
        for section_id in self.store.pending_sections(file_id, LARGEST_FILE):
            if not self.send_section(context, section_id=section_id):
                break
        return self.progress(context, file_id=file_id)

    def resume(self, context: Context) -> int:
        """Send unanswered sections of all files, oldest first; return how many were finished."""
        self.authority.require(context, ACTION)
        finished = 0
        for section_id in self.store.pending_sections("", BATCH, context.now()):
            # One that has to wait (for its provider, or for staff) does not hold up the sections to others.
            finished += self.send_section(context, section_id=section_id)
        return finished

    def progress(self, context: Context, *, file_id: str) -> FileProgress:
        """Return where a file stands.

        Raises:
            UnknownFile: there is no such file.
        """
        self.authority.require(context, ACTION)
        found = self.store.bulk_progress(file_id)
        if found is None:
            raise UnknownFile
        return found

    def files(self, context: Context, *, limit: int = 100, offset: int = 0) -> list[FileProgress]:
        """Return files, newest first."""
        self.authority.require(context, ACTION)
        return self.store.bulk_files(limit, offset)

    def outcomes(self, context: Context, *, file_id: str, page: int) -> OutcomePage:
        """Return one page of outcomes; page 0 is what was refused here, page n is section n once it is answered.

        Raises:
            UnknownFile: there is no such file, or no such page of it.
        """
        self.authority.require(context, ACTION)
        with self.store.snapshot() as records:
            found = records.outcome_page(file_id, page)
        if found is None:
            raise UnknownFile
        return found

    def send_section(self, context: Context, *, section_id: str) -> bool:
        """Send one section and store its results; false when it could not be carried out now."""
        self.authority.require(context, ACTION)
        newest = newest_in_use(self.generations, context)
        with self.store.snapshot() as records:
            section = records.bulk_section(section_id)
            if section is None:
                return True  # another worker finished it
            if self.wait.is_closed(context, records, section.question.provider):
                return False
            subjects = records.subjects([line.request.addressee_number for line in section.lines], newest)
            if not section.submission and len(_generations(subjects)) > 1:
                known = _generations(subjects)
                older = records.subjects(list(subjects), min(known))
                if sum(known.values()) > sum(_generations(older).values()):
                    return False  # some have the old generation only and some the new: the renewal brings both
                subjects = older
        if section.submission and any(is_gone(subject) for subject in subjects.values()):
            # Signed while the codes of its generation were erased.
            with self.store.transaction() as records:
                self.end_with_codes(context, records, section, subjects)
            return True
        if not section.submission:
            section = self._prepared(section, subjects)
        own = [_own_of(subjects, line) for line in section.lines]
        answers: list[CoreAnswer] = []
        if section.lines:
            try:
                answers = self.exchange.ask_section(section, [items for _, items in own])
            except Unavailable as error:
                self.wait.section(context, section_id, section.question.provider, error)
                return False
        self._finish(context, section, subjects, [pseudonym for pseudonym, _ in own], answers)
        return True

    def _prepared(self, section: BulkSection, subjects: Mapping[str, Subject]) -> BulkSection:
        """Sign a section and store it before it is sent; the one that stands is sent, by whomever it was signed."""
        refused = {
            line.number: InquiryResult("", error.code, refusal_detail=error.title)
            for line in section.lines
            if (error := _refusal(subject_of, subjects.get(line.request.addressee_number))) is not None
        }
        checked = without(section, refused)
        submission = b""
        if checked.lines:
            pseudonyms = [_own_of(subjects, line)[0] for line in checked.lines]
            generation = subjects[checked.lines[0].request.addressee_number].generation
            submission = self.exchange.prepare_section(checked, pseudonyms, generation)
        with self.store.transaction() as records:
            return records.keep_section(replace(checked, submission=submission))

    def _finish(
        self,
        context: Context,
        section: BulkSection,
        subjects: Mapping[str, Subject],
        pseudonyms: Sequence[PersonKey],
        answers: Sequence[CoreAnswer],
    ) -> None:
        inquiries = [section.inquiry_of(line) for line in section.lines]
        results = self._results(
            context,
            section,
            inquiries,
            [
                _usable(answer, subjects[line.request.addressee_number])
                for line, answer in zip(section.lines, answers, strict=True)
            ],
        )
        now = context.now()
        records_of = [
            (pseudonym, self.ends.record_of(inquiry, result, now))
            for pseudonym, inquiry, result in zip(pseudonyms, inquiries, results, strict=True)
        ]
        ended = [
            LineResult(line.number, result, line.request.addressee_number)
            for line, result in zip(section.lines, results, strict=True)
        ]
        with self.store.transaction() as records:
            if not records.finish_section(section, [*section.unsent, *ended], now):
                return  # another worker's results stand, with their records
            records.append_records(records_of)
            for inquiry, result in zip(inquiries, results, strict=True):
                self.ends.open_case(context, records, inquiry, result)
            self.wait.answered(context, records, section.question.provider)

    def end_with_codes(
        self, context: Context, records: Records, section: BulkSection, subjects: Mapping[str, Subject]
    ) -> int:
        """End a signed section of which a code is gone, as a whole, for it is one case; return its lines, 0 if it had.

        0 means that results stood already.
        """
        inquiries = [section.inquiry_of(line) for line in section.lines]
        ended = [
            LineResult(line.number, self.ends.ended_with_code(inquiry), line.request.addressee_number)
            for line, inquiry in zip(section.lines, inquiries, strict=True)
        ]
        if not records.finish_section(section, [*section.unsent, *ended], context.now()):
            return 0
        for inquiry, line in zip(inquiries, ended, strict=True):
            self.ends.record_end(context, records, inquiry, line.result, subjects.get(line.addressee_number))
        return len(ended)

    def _results(
        self, context: Context, section: BulkSection, inquiries: Sequence[Inquiry], answers: Sequence[CoreAnswer]
    ) -> list[InquiryResult]:
        received = [(line, answer) for line, answer in zip(section.lines, answers, strict=True) if is_received(answer)]
        receipts = iter(self.exchange.receipts(section, received, context.now()))
        return [
            self.ends.ended(inquiry, answer, next(receipts) if is_received(answer) else "")
            for inquiry, answer in zip(inquiries, answers, strict=True)
        ]

    def _sorted_out(
        self, standings: Mapping[str, Standing], lines: Sequence[BulkLine]
    ) -> tuple[list[BulkLine], list[LineResult]]:
        asked: list[BulkLine] = []
        refused: list[LineResult] = []
        for line in lines:
            error = self._line_refusal(line) or _refusal(require_askable, standings.get(line.request.addressee_number))
            if error is None:
                asked.append(line)
            else:
                result = InquiryResult("", error.code, refusal_detail=error.title)
                refused.append(LineResult(line.number, result, line.request.addressee_number))
        return asked, refused

    def _line_refusal(self, line: BulkLine) -> MizuhikiError | None:
        kinds = line.request.kinds
        if not kinds or len(set(kinds)) != len(kinds):
            return LineMalformed(part="kinds")
        first, last = line.request.period_from, line.request.period_until
        if first is not None and last is not None and last < first:
            return LineMalformed(part="period")
        return OwnOwnerAsked() if line.request.provider == self.owner else None

    def _sections(self, context: Context, file_id: str, lines: Sequence[BulkLine]) -> list[BulkSection]:
        """Return lines as sections. They are shuffled first, so their order tells the core and the provider nothing."""
        sections: list[BulkSection] = []
        for question, members in grouped(self._shuffled(lines)).items():
            for start in range(0, len(members), self.section_size):
                some = members[start : start + self.section_size]
                numbers = exchange_numbers(self.randomness, len(some))
                sections.append(
                    BulkSection(
                        section_id=self.randomness.token(),
                        file_id=file_id,
                        ordinal=len(sections) + 1,
                        question=question,
                        lines=tuple(map(_section_line, some, numbers)),
                        requested_at=context.now(),
                    )
                )
        return sections

    def _shuffled(self, lines: Sequence[BulkLine]) -> list[BulkLine]:
        shuffled = list(lines)
        for last in range(len(shuffled) - 1, 0, -1):
            other = self.randomness.below(last + 1)
            shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
        return shuffled

    def _planned(self, context: Context, question: Question, lines: int) -> PlannedQuestion:
        sections = -(-lines // self.section_size)
        asked = LinkageQuestion(
            inquirer=self.owner,
            affair=question.affair,
            procedure=question.procedure,
            provider=question.provider,
            kinds=question.kinds,
            day=context.today(),
        )
        try:
            rows = permit_inquiry(self.statute, asked)
        except MizuhikiError as error:
            return PlannedQuestion(question, lines, sections, (), error.code)
        return PlannedQuestion(question, lines, sections, tuple(f"{row.number} {row.citation}" for row in rows))


def _section_line(line: BulkLine, exchange_number: str) -> SectionLine:
    return SectionLine(line.number, line.request, exchange_number)


def _addressees(file: BulkFile) -> list[str]:
    return [line.request.addressee_number for line in file.lines]


def _generations(subjects: Mapping[str, Subject]) -> Counter[int]:
    """Return how many of a section have a pseudonym of which generation; there are two during a change only."""
    return Counter(subject.generation for subject in subjects.values() if subject.pseudonym is not None)


def _refusal(rule: Callable[[Person | None], object], person: Person | None) -> MizuhikiError | None:
    try:
        rule(person)
    except MizuhikiError as error:
        return error
    return None


def _own_of(subjects: Mapping[str, Subject], line: SectionLine) -> tuple[PersonKey, FourItems]:
    """Return pseudonym and four items of a line that was sent; a block that came after that is `_usable`'s matter."""
    return own_of(subjects[line.request.addressee_number])


def _usable(answer: CoreAnswer, subject: Subject) -> CoreAnswer:
    """Keep an answer from use when its addressee was blocked while the section was on its way."""
    if answer.outcome != PROVIDED or not subject.mismatched:
        return answer
    blocked = AddresseeMismatch()
    return CoreAnswer(outcome=blocked.code, statute=answer.statute, refusal_detail=blocked.title)
