"""The page for files of residents: its report, what it stores, who sees it."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import pytest

from mizuhiki.institutions.municipality.domain import resident_file
from mizuhiki.institutions.municipality.domain.events import residence
from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, Fault, FileEncoding
from mizuhiki.institutions.municipality.domain.resident_package import Conversion, FileWanted, LackingCharacter
from mizuhiki.institutions.municipality.operations.resident_files import ExportedResidents, FileReport
from mizuhiki.institutions.municipality.web.file_words import COLUMN_NAMES, FAULTS
from mizuhiki.institutions.municipality.web.resident_files import MOST_SHOWN
from mizuhiki.vocabulary.names import Repertoire, substitute
from support.pages import csrf_token
from unit.institutions.municipality.web import kit
from unit.institutions.municipality.web.kit import CounterPlace, Visitor

PAGE = "/resident-files"
CONTENT = b"household\r\n" * 10_000
"""Of more than one piece."""


class Files:
    """Answers with a report that is given, and remembers what was asked."""

    def __init__(self, report: FileReport) -> None:
        self.report = report
        self.asked: list[tuple[str, bytes]] = []
        self.exported = ExportedResidents(0, 0, written=True)
        self.wanted: FileWanted | None = None
        self.encoding: FileEncoding | None = None

    def check(self, _context: Any, content: bytes, encoding: FileEncoding) -> FileReport:
        self.encoding = encoding
        self.asked.append(("check", content))
        return self.report

    def take(self, _context: Any, content: bytes, *, encoding: FileEncoding) -> FileReport:
        self.encoding = encoding
        self.asked.append(("take", content))
        return self.report

    def export(self, _context: Any, wanted: FileWanted, *, into: BinaryIO | None) -> ExportedResidents:
        wanted.require_sound()
        self.asked.append(("export" if into else "try", b""))
        self.wanted = wanted
        if into:
            into.write(CONTENT)
        return self.exported


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[CounterPlace]:
    monkeypatch.setitem(kit.ROLES, "toroku", "registrar")
    place = CounterPlace()
    yield place
    place.close()


def put(place: CounterPlace, *faults: Fault, stored: int = 0) -> Files:
    files = Files(FileReport(3, 2, faults, stored))
    place.operations.files = files  # type: ignore[attr-defined]  # the answers of this page only
    return files


def send(visitor: Visitor, step: str, content: bytes = b"x", **more: str) -> str:
    token = csrf_token(visitor.get(PAGE).text)
    fields = {"csrf_token": token, "step": step, "file": (io.BytesIO(content), "residents.csv"), **more}
    answer = visitor.browser.post(PAGE, data=fields, content_type="multipart/form-data")
    return answer.text


def test_every_fault_is_shown_with_row_and_column_in_the_language_of_the_page(office: CounterPlace) -> None:
    files = put(office, Fault(3, "birth_date", "malformed-date"), Fault(7, "", "already-in-the-register"))
    text = send(office.client("toroku"), "take")
    assert "Nothing was stored" in text
    assert "Date of birth (birth_date)" in text
    assert "Not a date of the calendar" in text
    assert "already in the register" in text
    assert files.asked == [("take", b"x")]
    japanese = send(office.client("toroku", language="ja"), "check")
    assert "日付として正しくありません" in japanese
    assert "生年月日 (birth_date)" in japanese


def test_a_check_stores_nothing_and_a_take_over_says_how_many(office: CounterPlace) -> None:
    files = put(office, stored=12)
    visitor = office.client("toroku")
    assert "nothing was stored yet" in send(visitor, "check")
    assert "Persons entered: 12" in send(visitor, "take")
    assert [step for step, _content in files.asked] == ["check", "take"]


def test_a_step_that_is_not_named_only_checks_and_no_file_asks_for_one(office: CounterPlace) -> None:
    files = put(office)
    visitor = office.client("toroku")
    send(visitor, "")
    assert [step for step, _content in files.asked] == ["check"]
    assert "Choose a file" in send(visitor, "take", b"")
    assert len(files.asked) == 1


def test_many_faults_are_cut_off_and_counted(office: CounterPlace) -> None:
    put(office, *(Fault(row, "sex", "unknown-value") for row in range(2, MOST_SHOWN + 12)))
    text = send(office.client("toroku"), "check")
    assert "There are more faults than can be shown" in text
    assert text.count("Not one of the allowed values") == MOST_SHOWN
    assert f"{MOST_SHOWN + 10} entries" in text


def test_the_export_is_a_file_and_the_page_is_for_the_registrar_only(office: CounterPlace) -> None:
    files = put(office)
    answer = office.client("toroku").post(f"{PAGE}/export", shown=PAGE)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="residents.csv"'
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.data == CONTENT
    answer.close()
    clerk = office.client("hanako")
    assert clerk.get(PAGE).status_code == 403
    assert clerk.post(PAGE, {"step": "take"}).status_code == 403
    assert clerk.post(f"{PAGE}/export").status_code == 403
    assert [step for step, _content in files.asked] == ["export"]


def test_a_file_is_read_in_the_encoding_that_was_chosen(office: CounterPlace) -> None:
    files = put(office)
    visitor = office.client("toroku")
    send(visitor, "check")
    assert files.encoding is FileEncoding.UTF_8
    send(visitor, "take", file_encoding="shift_jis")
    assert files.encoding is FileEncoding.SHIFT_JIS
    assert "Choose the encoding of the file" in send(visitor, "take", file_encoding="ebcdic")
    assert len(files.asked) == 2


WANTED = {"repertoire": "jis-x-0208", "encoding": "shift_jis", "receiver": "旧システム"}


def test_a_system_that_lacks_characters_gets_a_package(office: CounterPlace) -> None:
    files = put(office)
    answer = office.client("toroku").post(f"{PAGE}/export", WANTED, shown=PAGE)
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="residents.zip"'
    answer.close()
    assert files.wanted == FileWanted(Repertoire.JIS_X_0208, FileEncoding.SHIFT_JIS, "旧システム")
    assert files.asked == [("export", b"")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"repertoire": "ascii"}, "repertoire"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"encoding": "shift_jis_2004"}, "encoding"),
        ({"receiver": ""}, "receiver"),
    ],
)
def test_what_does_not_go_together_is_told_at_its_field(
    office: CounterPlace, changes: dict[str, str], field: str
) -> None:
    files = put(office)
    answer = office.client("toroku", language="ja").post(f"{PAGE}/export", {**WANTED, **changes}, shown=PAGE)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert files.asked == []


def test_a_trial_lists_what_would_be_written_otherwise_with_its_rule(office: CounterPlace) -> None:
    files = put(office)
    conversion = Conversion(2, "resident", "family", substitute("髙橋", Repertoire.JIS_X_0208))
    files.exported = ExportedResidents(3, 0, 1, (conversion,))
    text = office.client("toroku").post(f"{PAGE}/export", {**WANTED, "step": "try"}, shown=PAGE).text
    assert files.asked == [("try", b"")]
    assert "nothing was written yet" in text
    assert "髙 (U+9AD9) → 高 (U+9AD8): form of the table of variants" in text
    files.exported = ExportedResidents(3, 0)
    text = office.client("toroku").post(f"{PAGE}/export", {**WANTED, "step": "try"}, shown=PAGE).text
    assert "Every text is written as in the register" in text


def test_a_refused_file_lists_every_character_with_a_way_to_choose(office: CounterPlace) -> None:
    files = put(office)
    missing = tuple(LackingCharacter(row, "alias", "𠮷") for row in range(2, MOST_SHOWN + 4))
    files.exported = ExportedResidents(600, 0, lacking=missing)
    answer = office.client("toroku").post(f"{PAGE}/export", WANTED, shown=PAGE)
    assert answer.status_code == 422
    assert "Nothing was written: characters have no substitute" in answer.text
    assert 'href="/substitutes/jis-x-0208/20BB7"' in answer.text
    assert answer.text.count("U+20BB7</td>") == MOST_SHOWN
    assert f"{MOST_SHOWN + 2} entries" in answer.text
    assert f"The first {MOST_SHOWN} are listed." in answer.text


def test_every_column_and_every_reason_has_words() -> None:
    assert tuple(COLUMN_NAMES) == COLUMNS
    source = inspect.getsource(resident_file) + inspect.getsource(residence)
    unused = [reason for reason in FAULTS if f'"{reason}"' not in source and not reason.startswith("malformed-")]
    assert unused == ["date-before-eras", "entered-before-otherwise", "already-in-the-register"]
