"""The pages of substitute characters: what they show, what they take, in whose hands, in which words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain import resident_package, substitute_choices
from mizuhiki.institutions.municipality.domain.resident_file import FileEncoding
from mizuhiki.institutions.municipality.domain.substitute_choices import (
    SubstituteChoice,
    SubstituteFromThePast,
    SubstituteNotNeeded,
)
from mizuhiki.institutions.municipality.domain.substitutes import Target
from mizuhiki.institutions.municipality.operations.choose_substitutes import CharacterView, Chosen, Lacking
from mizuhiki.institutions.municipality.web import event_words, substitute_words, substitutes
from mizuhiki.institutions.municipality.web.substitutes import character_typed, page_of
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.vocabulary.names.substitute_candidates import Candidate, CandidateSource
from mizuhiki.vocabulary.names.substitution import NotASubstitute, SubstitutionRule
from unit.institutions.municipality.web import kit
from unit.institutions.municipality.web.kit import CounterPlace

PAGE = "/substitutes"
CHARACTER = "/substitutes/jis-x-0208/20BB7"
NARROW = Repertoire.JIS_X_0208
KEPT = SubstituteChoice(
    NARROW, "髙", "高", "the vendor's list", date(2019, 12, 2), "registrar/toroku", datetime(2019, 12, 2, tzinfo=UTC)
)
POSTED = {"step": "choose", "other": "吉", "reason": "agreed", "since": "2019-12-02"}


class Desk:
    """Answers as given and remembers what was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.refusal: Exception | None = None
        self.view = CharacterView("", "", (), (), ())
        self.found = [Lacking("𠮷", 2, ("family", "alias")), Lacking("辻\U000e0100", 1, ("given",))]

    def _call(self, *call: Any) -> None:
        self.calls.append(call)
        if self.refusal:
            raise self.refusal

    def lacking(self, _context: Any, repertoire: Repertoire) -> list[Lacking]:
        self.calls.append(("lacking", repertoire))
        return self.found

    def in_force(self, _context: Any, _repertoire: Repertoire) -> list[SubstituteChoice]:
        return [KEPT] if self.found else []

    def character(self, _context: Any, repertoire: Repertoire, character: str) -> CharacterView:
        if character == "吉":
            raise SubstituteNotNeeded
        self.calls.append(("character", repertoire, character))
        return self.view

    def choose(self, _context: Any, chosen: Chosen) -> None:
        self._call("choose", chosen)

    def withdraw(self, _context: Any, *call: Any) -> None:
        self._call("withdraw", *call)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[CounterPlace]:
    monkeypatch.setitem(kit.ROLES, "toroku", "registrar")
    place = CounterPlace()
    yield place
    place.close()


@pytest.fixture
def desk(office: CounterPlace) -> Desk:
    made = Desk()
    office.operations.substitutes = made  # type: ignore[attr-defined]  # the answers of these pages only
    return made


def test_the_list_shows_characters_with_code_points_and_leads_to_their_pages(office: CounterPlace, desk: Desk) -> None:
    text = office.client("toroku").get(f"{PAGE}?repertoire=jis-x-0213").text
    assert desk.calls == [("lacking", Repertoire.JIS_X_0213)]
    assert "U+8FBB U+E0100" in text
    assert 'href="/substitutes/jis-x-0213/8FBB-E0100"' in text
    assert "Family name, Alias" in text
    assert "the vendor&#39;s list" in text
    assert 'href="/substitutes/jis-x-0208/9AD9"' in text
    japanese = office.client("toroku", language="ja").get(PAGE).text
    assert "代替文字のない文字" in japanese
    assert desk.calls[-1] == ("lacking", NARROW)


def test_empty_lists_say_so(office: CounterPlace, desk: Desk) -> None:
    desk.found = []
    text = office.client("toroku").get(PAGE).text
    assert "can be written, or has a substitute" in text
    assert "Nothing is chosen for this system" in text


@pytest.mark.parametrize("typed", ["𠮷", "U+20BB7", "20bb7", "u+20BB7"])
def test_a_character_that_was_typed_leads_to_its_page(office: CounterPlace, desk: Desk, typed: str) -> None:
    answer = office.client("toroku").get(f"{PAGE}?repertoire=jis-x-0208&character={typed.replace('+', '%2B')}")
    assert (answer.status_code, answer.headers["Location"]) == (303, CHARACTER)
    assert desk.calls == [("character", NARROW, "𠮷")]


def test_a_character_that_needs_no_substitute_is_told_at_the_field(office: CounterPlace, desk: Desk) -> None:
    answer = office.client("toroku").get(f"{PAGE}?repertoire=jis-x-0208&character=吉")
    assert answer.status_code == 422
    assert 'id="character-error"' in answer.text
    assert "it needs no substitute" in answer.text
    assert desk.calls == [("lacking", NARROW)]


def test_the_page_of_a_character_shows_it_with_what_may_stand_for_it(office: CounterPlace, desk: Desk) -> None:
    desk.view = CharacterView("", "", (Candidate("吉", CandidateSource.VARIANT),), (), ())
    text = office.client("toroku").get(CHARACTER).text
    assert re.search(r'<p class="glyph"[^>]*>𠮷</p>', text)
    assert "吉 (U+5409)" in text
    assert "Another form in the table of variants" in text
    assert "files for this system are refused" in text
    assert "Nothing was chosen for this character" in text
    assert 'value="2019-12-02"' in text
    assert "Withdraw" not in text
    desk.view = CharacterView("", "", (), (), ())
    assert "Neither Unicode nor the table of variants" in office.client("toroku").get(CHARACTER).text


def test_a_choice_is_sent_with_reason_and_day(office: CounterPlace, desk: Desk) -> None:
    visitor = office.client("toroku")
    answer = visitor.post(CHARACTER, {**POSTED, "other": "U+5409"}, shown=CHARACTER)
    assert answer.headers["Location"] == f"{CHARACTER}?done=chosen"
    chosen = Chosen(NARROW, "𠮷", "吉", "agreed", date(2019, 12, 2))
    assert desk.calls[-1] == ("choose", chosen)
    assert "The substitute is kept" in visitor.follow(answer).text
    desk.view = CharacterView("", "", (Candidate("古", CandidateSource.VARIANT),), (), ())
    visitor.post(CHARACTER, {**POSTED, "written": "古"}, shown=CHARACTER)
    assert desk.calls[-1][1].written == "古"
    visitor.post(CHARACTER, {**POSTED, "written": "other"}, shown=CHARACTER)
    assert desk.calls[-1][1].written == "吉"
    refused = visitor.post(CHARACTER, {**POSTED, "written": "土"}, shown=CHARACTER)
    assert 'id="written-error"' in refused.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"other": ""}, "other"), ({"reason": ""}, "reason"), ({"since": "soon"}, "since")],
)
def test_what_is_missing_is_told_at_its_field_and_nothing_is_chosen(
    office: CounterPlace, desk: Desk, changes: dict[str, str], field: str
) -> None:
    answer = office.client("toroku").post(CHARACTER, {**POSTED, **changes}, shown=CHARACTER)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "choose" not in {call[0] for call in desk.calls}


@pytest.mark.parametrize(
    ("refusal", "field"), [(NotASubstitute(repertoire="jis-x-0208"), "other"), (SubstituteFromThePast(), "since")]
)
def test_a_refusal_stands_at_its_field_with_what_was_typed(
    office: CounterPlace, desk: Desk, refusal: Exception, field: str
) -> None:
    desk.refusal = refusal
    answer = office.client("toroku", language="ja").post(CHARACTER, {**POSTED, "other": "髙"}, shown=CHARACTER)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="髙"' in answer.text
    assert str(type(refusal).title) not in answer.text


def test_a_choice_is_withdrawn_with_a_reason(office: CounterPlace, desk: Desk) -> None:
    desk.view = CharacterView("吉", "", (), (KEPT,), (KEPT,))
    visitor = office.client("toroku")
    assert "Withdraw the choice" in visitor.get(CHARACTER).text
    refused = visitor.post(CHARACTER, {"step": "withdraw"}, shown=CHARACTER)
    assert 'id="withdrawal-error"' in refused.text
    answer = visitor.post(CHARACTER, {"step": "withdraw", "withdrawal": "moved"}, shown=CHARACTER)
    assert desk.calls[-1] == ("withdraw", NARROW, "𠮷", "moved")
    assert "The choice is withdrawn" in visitor.follow(answer).text
    assert visitor.post(CHARACTER, {"step": "else"}, shown=CHARACTER).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/substitutes/unicode-with-selectors/20BB7",
        "/substitutes/ascii/20BB7",
        "/substitutes/jis-x-0208/x",
        "/substitutes/jis-x-0208/FFFFFF",
        "/substitutes?repertoire=ascii",
    ],
)
def test_there_is_no_page_for_what_is_no_character(office: CounterPlace, desk: Desk, path: str) -> None:
    assert office.client("toroku").get(path).status_code == 404
    assert desk.calls == []


def test_only_registrar_and_mayor_open_the_pages(office: CounterPlace, desk: Desk) -> None:
    for account in ("hanako", "jiro", "zei", "link", "shien"):
        visitor = office.client(account)
        assert visitor.get(PAGE).status_code == 403
        assert visitor.get(CHARACTER).status_code == 403
        assert visitor.post(CHARACTER, POSTED).status_code == 403
        assert 'href="/substitutes"' not in visitor.get("/journal").text
    assert desk.calls == []
    assert office.client("mayor").get(PAGE).status_code == 200


@pytest.mark.parametrize("character", ["𠮷", "髙", "辻\U000e0100", "\ue000"])
def test_the_address_of_a_page_leads_back_to_its_character(character: str) -> None:
    code = page_of(NARROW, character).rpartition("/")[2]
    assert code.isascii()
    assert character_typed(code) == character


def test_every_repertoire_encoding_source_rule_and_target_has_words() -> None:
    assert set(substitute_words.REPERTOIRES) == set(Repertoire)
    assert set(substitute_words.ENCODINGS) == set(FileEncoding)
    assert set(substitute_words.SOURCES) == set(CandidateSource)
    assert set(event_words.SUBSTITUTION_RULES) == set(SubstitutionRule)
    assert set(event_words.TARGETS) == set(Target)


def test_every_error_about_substitutes_has_a_translated_title() -> None:
    own = {
        one.title
        for module in (substitute_choices, resident_package, substitutes)
        for _name, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, MizuhikiError) and one.__module__ == module.__name__
    }
    assert {*own, NotASubstitute.title} == set(substitute_words.ERROR_TITLES)
