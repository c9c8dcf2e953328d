"""Residents as a file: every fault told, nothing of a faulty file stored, continued after a cut, written out again."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, Fault, read_resident_file
from mizuhiki.institutions.municipality.domain.residents import NumberingStage, ResidentQuery
from mizuhiki.institutions.municipality.operations import resident_files
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.problems import PeerUnavailable
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, Country
from support.resident_export import export

TODAY = date(2019, 12, 2)
HEAD = {
    "household": "h-1",
    "relationship": "02",
    "family": "辻\U000e0100",
    "given": "太郎",
    "family_kana": "ツジ",
    "given_kana": "タロウ",
    "birth_date": "1985-02-03",
    "sex": "1",
    "address": ADDRESS,
    "registered_domicile": "宮崎県都城市姫城町6番",
    "head_of_family_register": "辻　太郎",
    "resident_since": "2010-04-01",
    "former_name": "髙橋",
}
WIFE = {
    **HEAD,
    "relationship": "12",
    "given": "Maria",
    "family": "Test",
    "family_kana": "",
    "given_kana": "マリア",
    "birth_date": "昭和61年7月8日",
    "sex": "2",
    "registered_domicile": "",
    "head_of_family_register": "",
    "nationality": "PH",
    "residence_category": "mid-to-long-term-resident",
    "residence_status": "永住者",
    "residence_card_number": "AB12345678CD",
    "resident_since": "2012-07-09",
    "alias": "辻　マリア",
    "former_name": "",
}


def written(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    out = csv.DictWriter(text, COLUMNS, restval="")
    out.writeheader()
    out.writerows(rows)
    return text.getvalue().encode()


def household(number: int) -> list[dict[str, str]]:
    return [{**HEAD, "household": f"h-{number}", "given": f"太郎{number}"}]


@pytest.fixture
def country(either: Country) -> Country:
    return either


def office(country: Country, name: str = MIYAKONOJO) -> MunicipalityOperations:
    operations: MunicipalityOperations = country.apps[name].operations
    return operations


def found(country: Country, name: str) -> int:
    return len(office(country).search_residents(country.context("counter-clerk"), ResidentQuery(name)).shown)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"household": ""}, "household", "missing"),
        ({"relationship": "77"}, "relationship", "malformed-relationship"),
        ({"relationship": "20"}, "relationship", "first-is-not-the-head"),
        ({"family": "", "given": ""}, "family", "malformed-person-name"),
        ({"family_kana": "辻"}, "family_kana", "malformed-person-name"),
        ({"birth_date": "1985-02-30"}, "birth_date", "malformed-date"),
        ({"birth_date": "2019-12-03", "resident_since": "2019-12-03"}, "birth_date", "in-the-future"),
        ({"sex": "3"}, "sex", "unknown-value"),
        ({"sex": "x"}, "sex", "unknown-value"),
        ({"address": ""}, "address", "missing"),
        ({"address": ADDRESS + "\n"}, "address", "control-character"),
        ({"address": " " + ADDRESS}, "address", "surrounding-space"),
        ({"address": "宮" * 401}, "address", "too-long"),
        ({"resident_since": "1985-02-02"}, "resident_since", "before-birth"),
        ({"head_of_family_register": ""}, "head_of_family_register", "missing"),
        ({"nationality": "Japan"}, "nationality", "not-two-capital-letters"),
        ({"nationality": "ZZ"}, "nationality", "unknown-value"),
        ({"residence_status": "永住者"}, "residence_status", "not-for-a-japanese"),
        ({"sex": "１"}, "sex", "unknown-value"),
        ({"sex": "+1"}, "sex", "unknown-value"),
        ({"address": ADDRESS + "\u202e"}, "address", "control-character"),
        ({"address": ADDRESS + "\u2028"}, "address", "control-character"),
        ({"address": ADDRESS + "\x85"}, "address", "control-character"),
        ({"address": "\U000e0100" + ADDRESS}, "address", "control-character"),
        ({"household": "h\u200b2"}, "household", "control-character"),
        ({"given": "\U000e0100"}, "given", "malformed-person-name"),
        ({"given": "\u3099太"}, "given", "malformed-person-name"),
        ({"former_name": "\ufeff髙橋"}, "former_name", "control-character"),
        ({"former_name_kana": "髙"}, "former_name_kana", "malformed-person-name"),
        ({"former_name": "", "former_name_kana": "タカハシ"}, "former_name", "missing"),
        ({"alias": "辻"}, "alias", "not-for-a-japanese"),
    ],
)
def test_a_fault_is_told_with_its_row_and_column(changes: dict[str, str], column: str, reason: str) -> None:
    file = read_resident_file(written(*household(1), {**HEAD, "household": "h-2", **changes}), TODAY)
    assert Fault(3, column, reason) in file.faults
    assert read_resident_file(written(*household(1), {**HEAD, "household": "h-2"}), TODAY).faults == ()


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"residence_category": ""}, "residence_category", "missing"),
        ({"residence_category": "tourist"}, "residence_category", "unknown-value"),
        ({"residence_status": ""}, "residence_status", "missing"),
        ({"residence_card_number": "123"}, "residence_card_number", "malformed-residence-card-number"),
        ({"registered_domicile": "都城市"}, "registered_domicile", "not-for-a-foreign-resident"),
        ({"former_name": "髙橋"}, "former_name", "not-for-a-foreign-resident"),
        ({"alias": "", "alias_kana": "ツジ"}, "alias", "missing"),
        ({"resident_since": "2012-07-08"}, "resident_since", "before-2012-07-09"),
        ({"residence_card_number": ""}, "residence_card_number", "missing"),
        ({"residence_status": "定住者"}, "stay_period", "missing"),
        ({"residence_status": "定住者", "stay_period": "三年"}, "stay_until", "missing"),
        ({"stay_until": "2022-12-01"}, "residence_status", "permanent-resident-has-no-period"),
        ({"residence_status": "短期滞在"}, "residence_status", "status-without-residence-card"),
        ({"relationship": "02"}, "relationship", "second-head"),
        ({"address": ADDRESS + "0"}, "address", "not-the-address-of-the-household"),
    ],
)
def test_a_fault_of_a_foreign_member_is_told(changes: dict[str, str], column: str, reason: str) -> None:
    assert read_resident_file(written(HEAD, WIFE), TODAY).faults == ()
    assert Fault(3, column, reason) in read_resident_file(written(HEAD, {**WIFE, **changes}), TODAY).faults


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault(1, "", "no-residents")),
        (b"a,b\r\n", Fault(1, "", "not-the-header")),
        (written(), Fault(2, "", "no-residents")),
        (written() + b"a,b\r\n", Fault(2, "", "not-the-number-of-columns")),
        (written(HEAD) + b'"open', Fault(3, "", "not-comma-separated")),
        (written(HEAD) + b"\xff", Fault(3, "", "not-utf-8")),
        (written(HEAD, HEAD), Fault(3, "", "same-person-twice")),
        (written(HEAD, *household(2), WIFE), Fault(4, "household", "household-not-together")),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, fault: Fault) -> None:
    assert fault in read_resident_file(content, TODAY).faults


@pytest.mark.parametrize("given", ["が", "か\u3099", "ガ", "が\ufe00"])
def test_somebody_who_stands_twice_at_an_address_is_told_however_the_name_is_typed(given: str) -> None:
    again = {**HEAD, "household": "h-2", "given": given, "address": ADDRESS.replace("6-21", "６番２１号")}
    first = {**HEAD, "given": "が"}
    assert Fault(3, "", "same-person-twice") in read_resident_file(written(first, again), TODAY).faults
    elsewhere = {**again, "address": ADDRESS + "5"}
    assert read_resident_file(written(first, elsewhere), TODAY).faults == ()


def test_names_and_addresses_are_taken_with_every_character_they_can_have() -> None:
    rare = {"family": "𠮷\ufa19", "given": "か\u3099辻\U000e0101\ue000😀", "address": "宮崎県都城市神\U000e0100町1"}
    (household,) = read_resident_file(written({**HEAD, **rare}), TODAY).households
    (member,) = household.entry.members
    assert (member.name.family, member.name.given, household.entry.address) == tuple(rare.values())


def test_a_stay_that_has_ended_is_no_fault_since_the_record_stays_until_it_is_removed() -> None:
    ended = {**WIFE, "residence_status": "定住者", "stay_period": "三年", "stay_until": "2019-11-01"}
    assert read_resident_file(written(HEAD, ended), TODAY).faults == ()


def test_an_open_quotation_mark_is_the_only_fault_of_its_file() -> None:
    assert read_resident_file(written() + b'"open', TODAY).faults == (Fault(2, "", "not-comma-separated"),)


def test_all_faults_are_told_at_once_and_no_value_is() -> None:
    faults = read_resident_file(written({**HEAD, "sex": "8", "birth_date": "soon"}, {**WIFE, "sex": "7"}), TODAY).faults
    assert [(one.row, one.column) for one in faults] == [(2, "birth_date"), (2, "sex"), (3, "sex")]
    assert "soon" not in str(faults)


@pytest.mark.requirement("R-013")
def test_a_sound_file_is_taken_over_once_and_everybody_is_numbered(country: Country) -> None:
    registrar, told = country.context("registrar"), list[tuple[int, int]]()
    content = written(HEAD, WIFE)
    assert office(country).files.check(registrar, content).good
    assert found(country, "辻") == 0
    report = office(country).files.take(registrar, content, lambda done, of: told.append((done, of)))
    assert (report.rows, report.households, report.stored, report.faults) == (2, 1, 2, ())
    assert told == [(1, 1)]
    again = office(country).files.take(registrar, content)
    assert (again.stored, again.entered_before, again.good) == (0, 1, True)
    clerk = country.context("counter-clerk")
    (summary,) = office(country).search_residents(clerk, ResidentQuery("辻")).shown[:1]
    record = office(country).resident(clerk, summary.resident)
    assert record.name.family == "辻\U000e0100"
    assert record.details.former_name == "髙橋"
    assert record.head_of_family_register == "辻　太郎"
    assert record.stage is NumberingStage.NOTIFIED


def test_nothing_of_a_faulty_file_is_stored(country: Country) -> None:
    registrar = country.context("registrar")
    report = office(country).files.take(registrar, written(*household(1), {**HEAD, "household": "h-2", "sex": "9x"}))
    assert not report.good
    assert report.stored == 0
    assert found(country, "辻") == 0


def test_a_household_entered_with_another_content_and_a_person_in_the_register_are_faults(country: Country) -> None:
    registrar = country.context("registrar")
    office(country).files.take(registrar, written(HEAD))
    other = office(country).files.take(registrar, written({**HEAD, "given": "次郎"}))
    assert other.faults == (Fault(2, "household", "entered-before-otherwise"),)
    twice = office(country).files.take(registrar, written(*household(3), {**HEAD, "household": "h-9"}))
    assert twice.faults == (Fault(3, "", "already-in-the-register"),)
    assert found(country, "辻") == 1


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident_files, "HOUSEHOLDS_A_SLICE", 2)
    content = written(*(row for number in range(5) for row in household(number)))

    def cut(done: int, _of: int) -> None:
        if done == 4:
            raise PeerUnavailable

    registrar = country.context("registrar")
    with pytest.raises(PeerUnavailable):
        office(country).files.take(registrar, content, cut)
    assert found(country, "辻") == 4
    report = office(country).files.take(registrar, content)
    assert (report.entered_before, report.stored) == (4, 1)
    assert found(country, "辻") == 5


def test_an_exported_register_is_taken_over_elsewhere_as_it_was(country: Country) -> None:
    office(country).files.take(country.context("registrar"), written(HEAD, WIFE, *household(2)))
    exported = export(office(country).files, country.context("registrar"))
    assert (exported.persons, exported.withheld) == (3, 0)
    there = country.context("registrar", institution=SHIBUYA)
    assert office(country, SHIBUYA).files.take(there, exported.content).stored == 3
    again = export(office(country, SHIBUYA).files, there).content

    def people(content: bytes) -> list[list[str]]:
        return sorted(row[1:] for row in csv.reader(io.StringIO(content.decode())))

    assert people(exported.content) == people(again)


def test_an_export_has_no_number_and_nobody_under_a_support_measure(country: Country) -> None:
    office(country).files.take(country.context("registrar"), written(HEAD, WIFE, *household(2)))
    clerk = country.context("counter-clerk")
    (hidden, *_rest) = office(country).search_residents(clerk, ResidentQuery("Test")).shown
    shown = office(country).search_residents(clerk, ResidentQuery("辻")).shown
    records = [office(country).resident(clerk, one.resident) for one in shown]
    office(country).start_measure(country.context("support-officer"), hidden.resident, "an invented reason")
    exported = export(office(country).files, country.context("registrar"))
    assert (exported.persons, exported.withheld) == (1, 2)
    text = exported.content.decode()
    assert "Maria" not in text
    for record in records:
        assert record.number is not None
        assert record.number.reveal() not in text
        assert record.code.reveal() not in text


def test_only_the_registrar_takes_and_exports_files(country: Country) -> None:
    for role in ("counter-clerk", "mayor", "tax-officer", "machinery", "peer"):
        with pytest.raises(ActionNotPermitted):
            office(country).files.take(country.context(role), b"")
        with pytest.raises(ActionNotPermitted):
            office(country).files.check(country.context(role), b"")
        with pytest.raises(ActionNotPermitted):
            export(office(country).files, country.context(role))
