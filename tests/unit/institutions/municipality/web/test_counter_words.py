"""The counter's words: complete in Japanese, and every code of the domain has some."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from mizuhiki.card import errors as card_errors
from mizuhiki.documents import errors as document_errors
from mizuhiki.institutions.municipality import web
from mizuhiki.institutions.municipality.domain import (
    actual_residences,
    errors,
    notice_errors,
    notice_fees,
    notice_forms,
    notices,
)
from mizuhiki.institutions.municipality.domain.allowance_cases import CaseState
from mizuhiki.institutions.municipality.domain.card_lapses import TASK as CARD_LAPSED
from mizuhiki.institutions.municipality.domain.child_allowance import LAWS, ChildClaimed, amounts_in, assess
from mizuhiki.institutions.municipality.domain.events import errors as event_errors
from mizuhiki.institutions.municipality.domain.events.aliases import IssuerCheck, ProofOrigin
from mizuhiki.institutions.municipality.domain.events.catalogue import FORMS, EventKind
from mizuhiki.institutions.municipality.domain.residents import NumberingStage, RecordState
from mizuhiki.institutions.municipality.operations.events.change_persons import ISSUER_CHECK
from mizuhiki.institutions.municipality.operations.events.regrouping import CONFIRM_HEAD
from mizuhiki.institutions.municipality.operations.events.take_residence_notice import STAY_ENDED, UNMATCHED
from mizuhiki.institutions.municipality.operations.events.tell_supplement import ON_PAPER, PROTECTED
from mizuhiki.institutions.municipality.operations.move_residents import LATE_MOVE_OUT
from mizuhiki.institutions.municipality.web import event_words, messages, notice_words, print_words
from mizuhiki.institutions.municipality.web.event_inputs import OF_HOUSEHOLD, OF_NEWCOMERS
from mizuhiki.institutions.municipality.web.wording import Wording
from mizuhiki.ui.languages import untranslated
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.persons import ChangeReason, Relationship, ResidenceCategory, Sex
from unit.institutions.municipality.web.kit import CounterPlace, entitlement, paper, pension_refused, tax_provided

WEB = Path(web.__file__).parent
PATHS = (
    "/",
    "/search?name=架空",
    "/journal",
    "/journal?day=2019-12-01",
    "/households/house-1",
    "/households/house-1/birth",
    "/households/house-1/move-out",
    "/households/house-1/allowance",
    "/residents/baby/numbering",
    "/residents/mother/card",
    "/move-in",
    "/events",
    "/events/move-in-from-abroad",
    "/households/house-1/events",
    "/households/house-1/events/death",
    "/tasks",
    "/cases",
    "/cases?state=proposed",
    "/cases/case-1",
    "/cases/case-1/paper",
)


def test_every_message_has_a_japanese_translation() -> None:
    assert "ja" not in untranslated(WEB, WEB / "translations", "municipality")


def test_translations_keep_the_values_of_their_messages() -> None:
    with (WEB / "translations/ja/LC_MESSAGES/municipality.po").open("rb") as file:
        wrong = [message.id for message in read_po(file, locale="ja") if message.id and list(message.check())]
    assert wrong == []


def test_every_error_of_the_municipality_has_a_translated_title() -> None:
    own = [
        one
        for _name, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, MizuhikiError) and one.__module__ == errors.__name__
    ]
    assert {one.title for one in own} <= set(messages.ERROR_TITLES)


def test_every_error_of_the_events_has_a_translated_title() -> None:
    own = [
        one
        for _name, one in inspect.getmembers(event_errors, inspect.isclass)
        if issubclass(one, MizuhikiError) and one.__module__ == event_errors.__name__
    ]
    assert {one.title for one in own} <= {*event_words.ERROR_TITLES, *messages.ERROR_TITLES}


def test_what_stops_printing_and_what_a_card_answers_has_a_translated_title() -> None:
    known = {*print_words.DOCUMENT_TITLES, *print_words.CARD_TITLES, *messages.ERROR_TITLES}
    for module in (document_errors, card_errors):
        own = [
            one
            for _name, one in inspect.getmembers(module, inspect.isclass)
            if issubclass(one, MizuhikiError) and one.__module__ == module.__name__
        ]
        assert own
        assert {one.title for one in own} <= known


def test_every_choice_of_an_event_has_words() -> None:
    words = {**event_words.CATEGORIES, **event_words.COURT, **event_words.PROOF_ORIGINS}
    offered = {choice for form in FORMS.values() for field in form.fields for choice in field.choices}
    assert offered <= set(words)
    assert {one.value for one in IssuerCheck} == set(event_words.ISSUER_CHECKS)
    assert {one.value for one in ProofOrigin} == set(event_words.PROOF_ORIGINS)
    assert {one.value for one in ResidenceCategory} == set(event_words.CATEGORIES)
    tasks = {CARD_LAPSED, CONFIRM_HEAD, ISSUER_CHECK, LATE_MOVE_OUT, ON_PAPER, PROTECTED, STAY_ENDED, UNMATCHED}
    assert tasks == set(event_words.TASKS)
    assert {one.value for one in LapseCause} == set(event_words.CARD_LAPSES)


def test_every_kind_of_event_has_one_page_or_comes_from_outside() -> None:
    paged = {*OF_HOUSEHOLD, *OF_NEWCOMERS}
    assert not set(OF_HOUSEHOLD) & set(OF_NEWCOMERS)
    own_pages = {EventKind.BIRTH, EventKind.MOVE_IN, EventKind.MOVE_OUT, EventKind.CANCELLATION}
    assert set(EventKind) - paged - own_pages == {EventKind.RESIDENCE_NOTICE}


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Relationship, messages.RELATIONSHIPS),
        (Sex, messages.SEXES),
        (ChangeReason, messages.REASONS),
        (RecordState, messages.RECORD_STATES),
        (NumberingStage, messages.STAGES),
        (CaseState, messages.CASE_STATES),
    ],
)
def test_every_code_has_words(codes: type, table: dict[object, str]) -> None:
    assert {code.value for code in codes} == set(table)


def test_every_reason_of_an_assessment_is_said_in_japanese(place: CounterPlace) -> None:
    children = [ChildClaimed(str(year), date(year, 5, 6)) for year in (2001, 2005, 2009, 2013, 2017)]
    reasons: set[str] = set()
    for income in (4_000_000, 8_200_000, 9_900_000):
        for month in (LAWS[0].valid_from, (2019, 12), (2023, 4)):
            found = assess(month, children, income, 1, ("income and dependents: x, EX-1", "pension enrolment: x, EX-2"))
            reasons |= set(found.reasons)
            reasons |= {f"{one.monthly_yen:,} yen: {one.rule}" for one in amounts_in(month, children, income, 1)}
    with place.site.app.test_request_context("/?lang=ja"):
        place.site.app.preprocess_request()
        shown = {Wording(place.site).reason_of_decision(reason) for reason in reasons}
    assert [text for text in shown if " yen" in text or "income" in text or "pension" in text] == []


@pytest.mark.parametrize("path", PATHS)
def test_each_page_opens_in_japanese_first(place: CounterPlace, path: str) -> None:
    place.operations.put_case(
        CaseState.PROPOSED,
        assessment=entitlement(),
        linked=(tax_provided(), pension_refused()),
        papers=(paper(),),
    )
    answer = place.client(language="ja").get(path)
    assert answer.status_code == 200
    assert '<html lang="ja">' in answer.text


def test_only_complete_languages_are_offered(place: CounterPlace) -> None:
    text = place.client(language="ko").get("/").text
    assert '<html lang="ja">' in text
    assert "한국어" not in text
    assert "English" in text


def test_every_code_and_error_of_cards_and_notices_has_words() -> None:
    for words, codes in (
        (notice_words.STATES, notices.NoticeState),
        (notice_words.TREATMENTS, notices.Treatment),
        (notice_words.FINDINGS, notices.Finding),
        (notice_words.REASONS, notices.ReturnReason),
        (notice_words.CAUSES, notices.IssueCause),
        (notice_words.DESTINATIONS, notices.Destination),
        (notice_words.CASES, actual_residences.ResidenceCase),
        (notice_words.SOURCES, actual_residences.ResidenceSource),
        (notice_words.PATHS, actual_residences.DeliveryPath),
        (notice_words.PAPERS, actual_residences.Attachment),
        (notice_words.DOCUMENTS, notice_forms.IdentityDocument),
        (notice_words.FORMS, notice_forms.NoticeForm),
        (notice_words.REISSUES, notice_fees.ReissueReason),
    ):
        assert set(words) == {code.value for code in codes}
    assert {step.value for step in notices.Step} <= set(notice_words.STEPS)
    own = [
        one for _name, one in inspect.getmembers(notice_errors, inspect.isclass) if one.__module__.endswith("_errors")
    ]
    assert {one.title for one in own} == set(notice_words.ERROR_TITLES)
