"""Residents written for a system that lacks characters: nothing changed without a rule, everything leads back."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import subprocess
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.municipality.domain.resident_file import (
    COLUMNS,
    MARKS,
    TEXT_COLUMNS,
    Fault,
    FileEncoding,
    read_resident_file,
    row_of,
)
from mizuhiki.institutions.municipality.domain.resident_package import (
    ENCODINGS,
    EncodingNotOffered,
    FileWanted,
    LackingCharacter,
    NotInEncoding,
    PackageWriter,
    ReceiverMissing,
)
from mizuhiki.institutions.municipality.domain.residents import (
    HouseholdEntry,
    MemberEntry,
    NumberingStage,
    RecordDetails,
    ResidentQuery,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution, Target
from mizuhiki.institutions.municipality.operations.choose_substitutes import Chosen
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.names import PersonName, Repertoire, SubstitutionRule, lacking
from mizuhiki.vocabulary.names.repertoires import holds, is_selector, written_units
from mizuhiki.vocabulary.names.substitution import substitute
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, Country
from support.resident_export import export

TODAY = date(2019, 12, 2)
SYSTEM = "旧収納システム"
NARROW = FileWanted(Repertoire.JIS_X_0208, FileEncoding.SHIFT_JIS, SYSTEM)
WIDER = FileWanted(Repertoire.JIS_X_0213, FileEncoding.SHIFT_JIS_2004, SYSTEM)
HEAD = MemberEntry(
    PersonName("髙橋", "辻\U000e0100", "タカハシ", "ツジ"),
    date(1985, 2, 3),
    Sex.MALE,
    Relationship.HEAD,
    previous_address="茨城県つくば市﨑町1〜2",
    registered_domicile="宮崎県都城市\ufa19町6番",
    head_of_family_register="髙橋　太郎",
    former_name="德永",
    former_name_kana="トクナガ",
)
CHILD = MemberEntry(PersonName("髙橋", "花子", "タカハシ", "ハナコ"), date(2005, 5, 5), Sex.FEMALE, Relationship.CHILD)


def office(country: Country, name: str = MIYAKONOJO) -> MunicipalityOperations:
    operations: MunicipalityOperations = country.apps[name].operations
    return operations


def enter(country: Country, *members: MemberEntry, household: str = "1", address: str = ADDRESS) -> list[str]:
    entry = HouseholdEntry(household, address, date(2010, 4, 1), "宮崎県都城市姫城町6番", members)
    return office(country).import_existing_residents(country.context("registrar"), [entry])


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_every_text_is_written_with_marks_rules_and_the_way_back(country: Country) -> None:
    enter(country, HEAD, CHILD)
    registrar = country.context("registrar")
    plain = rows(export(office(country).files, registrar).content, "utf-8")
    exported = export(office(country).files, registrar, NARROW)
    files = opened(exported.content)
    assert list(files) == ["residents.csv", "substitutions.csv", "note.json"]
    written = rows(files["residents.csv"], "shift_jis")
    assert list(written[0]) == [*COLUMNS, *MARKS]
    head = written[0]
    assert (head["family"], head["family_marks"]) == ("高橋", "10")
    assert (head["given"], head["given_marks"]) == ("辻", "1")
    assert (head["registered_domicile"], head["registered_domicile_marks"]) == ("宮崎県都城市神町6番", "0000001000")
    assert (head["former_name"], head["former_name_marks"]) == ("徳永", "10")
    assert (head["previous_address"], head["previous_address_marks"]) == ("茨城県つくば市崎町1〜2", "000000010000")
    assert (head["alias"], head["alias_marks"]) == ("", "")
    traced = rows(files["substitutions.csv"], "utf-8")
    for one in reversed(traced):
        row = written[int(one["row"]) - 2]
        text, place = row[one["column"]], int(one["position"]) - 1
        assert text[place] == one["written"]
        assert row[f"{one['column']}_marks"][place] == "1"
        row[one["column"]] = text[:place] + one["original"] + text[place + 1 :]
        assert one["rules"]
    assert [{column: row[column] for column in COLUMNS} for row in written] == plain
    assert sum(row[name].count("1") for row in written for name in MARKS) == len(traced)
    assert {one["rules"] for one in traced} == {
        "variant-table",
        "variation-selector-dropped",
        "compatibility-ideograph-unified",
    }
    note = json.loads(files["note.json"])
    assert (note["receiver"], note["repertoire"], note["encoding"]) == (SYSTEM, "jis-x-0208", "shift_jis")
    assert (note["municipality"], note["persons"]) == ("452025", 2)
    assert note["written_at"].endswith("+09:00")


@pytest.mark.outside("iconv")
def test_another_program_reads_what_was_encoded(country: Country) -> None:
    enter(country, HEAD, CHILD)
    for wanted, theirs in ((NARROW, "CP932"), (WIDER, "SHIFT_JISX0213")):
        content = opened(export(office(country).files, country.context("registrar"), wanted).content)["residents.csv"]
        done = subprocess.run(["iconv", "-f", theirs, "-t", "UTF-8"], input=content, capture_output=True, check=True)
        [head, child] = csv.DictReader(io.StringIO(done.stdout.decode(), newline=""))
        assert (head["family"], child["given"]) == ("高橋", "花子")
        domicile = "神" if theirs == "CP932" else "\ufa19"
        assert head["registered_domicile"] == f"宮崎県都城市{domicile}町6番"
        assert head["previous_address"].endswith("﨑町1〜2" if theirs != "CP932" else "崎町1～2")


def test_what_was_written_otherwise_is_kept_with_rule_person_and_receiver(either: Country) -> None:
    country = either
    head, child = enter(country, HEAD, CHILD)
    export(office(country).files, country.context("registrar"), NARROW)
    kept = office(country).substitutions(country.context("counter-clerk"), head)
    assert [one.item for one in kept] == [
        "family",
        "given",
        "registered_domicile",
        "head_of_family_register",
        "previous_address",
        "former_name",
    ]
    assert kept[0] == KeptSubstitution(
        Target.RESIDENT_FILE, "family", kept[0].text, country.clock.now(), "registrar/clerk-1", SYSTEM
    )
    assert (kept[0].text.original, kept[0].text.written) == ("髙橋", "高橋")
    assert kept[0].text.substitutions[0].rules == (SubstitutionRule.VARIANT_TABLE,)
    of_child = office(country).substitutions(country.context("counter-clerk"), child)
    assert [one.item for one in of_child] == ["family", "head_of_family_register"]


def test_a_character_without_a_substitute_refuses_the_file_until_one_is_chosen(country: Country) -> None:
    head = MemberEntry(PersonName("𠮷田", "𠮷", "ヨシダ", "ヨシ"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD)
    (resident,) = enter(country, head, address="宮崎県都城市𡈽町１丁目～")
    enter(country, HEAD, household="2")
    registrar, desk = country.context("registrar"), office(country)
    refused = export(desk.files, registrar, NARROW)
    assert (refused.content, refused.conversions) == (b"", ())
    (row,) = {one.row for one in refused.lacking}
    assert set(refused.lacking) == {
        LackingCharacter(row, "family", "𠮷"),
        LackingCharacter(row, "given", "𠮷"),
        LackingCharacter(row, "head_of_family_register", "𠮷"),
        LackingCharacter(row, "address", "𡈽"),
    }
    clerk = country.context("counter-clerk")
    assert desk.substitutions(clerk, resident) == []
    for sign, written in (("𠮷", "吉"), ("𡈽", "土")):
        desk.substitutes.choose(registrar, Chosen(Repertoire.JIS_X_0208, sign, written, "agreed", TODAY))
    tried = export(desk.files, registrar, NARROW, dry_run=True)
    assert (tried.content, tried.lacking) == (b"", ())
    assert desk.substitutions(clerk, resident) == []
    exported = export(desk.files, registrar, NARROW)
    assert exported.conversions == tried.conversions
    texts = {one.item: one.text for one in desk.substitutions(clerk, resident)}
    assert (texts["address"].written, texts["address"].original) == (
        "宮崎県都城市土町１丁目〜",
        "宮崎県都城市𡈽町１丁目～",
    )
    assert [one.rules for one in texts["address"].substitutions] == [
        (SubstitutionRule.CHOSEN,),
        (SubstitutionRule.SAME_POSITION,),
    ]
    assert export(desk.files, registrar, FileWanted(Repertoire.JIS_X_0213, receiver=SYSTEM)).lacking != ()


def test_without_selectors_every_character_stays_but_its_selector(country: Country) -> None:
    enter(country, HEAD)
    wanted = FileWanted(Repertoire.WITHOUT_SELECTORS, receiver=SYSTEM)
    exported = export(office(country).files, country.context("registrar"), wanted)
    (head,) = rows(opened(exported.content)["residents.csv"], "utf-8")
    assert (head["family"], head["given"], head["given_marks"]) == ("髙橋", "辻", "1")
    assert [one.column for one in exported.conversions] == ["given"]


@pytest.mark.parametrize("repertoire", list(Repertoire))
@pytest.mark.parametrize("encoding", list(FileEncoding))
def test_an_encoding_is_offered_where_it_writes_the_repertoire(repertoire: Repertoire, encoding: FileEncoding) -> None:
    offered = {
        (Repertoire.JIS_X_0208, FileEncoding.SHIFT_JIS),
        (Repertoire.JIS_X_0213, FileEncoding.SHIFT_JIS_2004),
    }
    wanted = FileWanted(repertoire, encoding, SYSTEM)
    if encoding is FileEncoding.UTF_8 or (repertoire, encoding) in offered:
        wanted.require_sound()
    else:
        with pytest.raises(EncodingNotOffered):
            wanted.require_sound()


@pytest.mark.parametrize("repertoire", [Repertoire.JIS_X_0208, Repertoire.JIS_X_0213])
def test_what_a_repertoire_holds_its_encoding_writes_and_reads_as_the_same_character(repertoire: Repertoire) -> None:
    _utf_8, encoding = ENCODINGS[repertoire]
    for sign in map(chr, (*range(0x20, 0xD800), *range(0xF900, 0xFFFE), *range(0x20000, 0x2FA20))):
        if is_selector(sign) or not holds(repertoire, sign):
            continue
        if encoding is FileEncoding.SHIFT_JIS_2004 and sign in "~\\":
            with pytest.raises(UnicodeEncodeError):
                encoding.encode_text(sign)
        else:
            assert encoding.decode_text(encoding.encode_text(sign)) == sign


def test_a_tilde_is_not_written_where_the_encoding_has_an_overline(country: Country) -> None:
    enter(country, CHILD_AS_HEAD, address="宮崎県都城市~1")
    registrar = country.context("registrar")
    for dry_run in (True, False):
        with pytest.raises(NotInEncoding):
            export(office(country).files, registrar, WIDER, dry_run=dry_run)
    wide = FileWanted(Repertoire.JIS_X_0213, receiver=SYSTEM)
    (row,) = rows(opened(export(office(country).files, registrar, wide).content)["residents.csv"], "utf-8")
    assert row["address"].endswith("~1")


def test_a_file_with_substitutes_names_its_receiver(country: Country) -> None:
    for receiver in ("", "  ", "長" * 101):
        with pytest.raises(ReceiverMissing):
            export(
                office(country).files,
                country.context("registrar"),
                FileWanted(Repertoire.JIS_X_0208, receiver=receiver),
            )
    FileWanted(Repertoire.JIS_X_0208, receiver="長" * 100).require_sound()
    FileWanted().require_sound()


def test_a_substituted_name_is_not_taken_for_the_name(country: Country) -> None:
    enter(country, HEAD, CHILD)
    plain = MemberEntry(PersonName("山田", "太郎", "ヤマダ", "タロウ"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD)
    enter(country, plain, household="2", address="宮崎県都城市1〜2")
    exported = export(office(country).files, country.context("registrar"), NARROW).content
    content = opened(exported)["residents.csv"]
    there = country.context("registrar", institution=SHIBUYA)
    report = office(country, SHIBUYA).files.take(there, content, encoding=FileEncoding.SHIFT_JIS)
    written = rows(content, "shift_jis")
    expected = {
        (number, column)
        for number, row in enumerate(written, start=2)
        for column in TEXT_COLUMNS
        if "1" in row[f"{column}_marks"]
    }
    assert {(one.row, one.column) for one in report.faults} == expected
    assert {one.reason for one in report.faults} == {"substitute-character"}
    assert report.stored == 0
    whole = office(country, SHIBUYA).files.take(there, exported)
    assert whole.faults == (Fault(1, "", "is-a-package"),)
    clerk = country.context("counter-clerk", institution=SHIBUYA)
    assert office(country, SHIBUYA).search_residents(clerk, ResidentQuery("山田")).shown == ()


@pytest.mark.parametrize("wanted", [NARROW, WIDER])
def test_residents_without_substitutes_come_back_as_they_were(country: Country, wanted: FileWanted) -> None:
    plain = MemberEntry(PersonName("渡邊", "太郎", "ワタナベ", "タロウ"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD)
    enter(country, plain, address="宮崎県都城市1〜2−3‖")
    content = opened(export(office(country).files, country.context("registrar"), wanted).content)["residents.csv"]
    there = country.context("registrar", institution=SHIBUYA)
    assert office(country, SHIBUYA).files.take(there, content, encoding=wanted.encoding).stored == 1
    clerk = country.context("counter-clerk", institution=SHIBUYA)
    (found,) = office(country, SHIBUYA).search_residents(clerk, ResidentQuery("渡邊")).shown
    assert (found.name, found.address) == ("渡邊　太郎", "宮崎県都城市1〜2−3‖")
    wrong = read_resident_file(content, TODAY)
    assert [one.reason for one in wrong.faults] == ["not-utf-8"]
    assert [one.reason for one in read_resident_file(b"\xff\xff", TODAY, wanted.encoding).faults] == [
        "not-this-encoding"
    ]


def test_marks_that_do_not_fit_their_text_are_a_fault(country: Country) -> None:
    enter(country, CHILD_AS_HEAD)
    wanted = FileWanted(Repertoire.JIS_X_0208, receiver=SYSTEM)
    content = opened(export(office(country).files, country.context("registrar"), wanted).content)["residents.csv"]
    (row,) = rows(content, "utf-8")
    assert row["family_marks"] == "00"

    def file(**changes: str) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, [*COLUMNS, *MARKS])
        writer.writeheader()
        writer.writerow({**row, **changes})
        return out.getvalue().encode()

    assert read_resident_file(file(), TODAY).faults == ()
    for marks in ("", "0", "000", "02", "1x", "ab"):
        assert read_resident_file(file(family_marks=marks), TODAY).faults == (Fault(2, "family", "marks-do-not-fit"),)
    assert read_resident_file(file(family_marks="01"), TODAY).faults == (Fault(2, "family", "substitute-character"),)


CHILD_AS_HEAD = MemberEntry(PersonName("山田", "花", "ヤマダ", "ハナ"), date(1985, 5, 5), Sex.FEMALE, Relationship.HEAD)


def test_nobody_under_a_support_measure_is_in_the_package_the_report_or_the_refusal(country: Country) -> None:
    hidden = MemberEntry(PersonName("𠮷田", "一", "ヨシダ", "ハジメ"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD)
    (resident,) = enter(country, hidden)
    enter(country, HEAD, household="2")
    registrar: Any = country.context("registrar")
    assert {one.character for one in export(office(country).files, registrar, NARROW).lacking} == {"𠮷"}
    office(country).start_measure(country.context("support-officer"), resident, "an invented reason")
    exported = export(office(country).files, registrar, NARROW)
    assert (exported.persons, exported.withheld, exported.lacking) == (1, 1, ())
    files = opened(exported.content)
    assert "ヨシダ" not in files["residents.csv"].decode("shift_jis")
    assert "𠮷" not in files["substitutions.csv"].decode()
    assert "withheld" not in files["note.json"].decode()
    with pytest.raises(UnderSupportMeasure):
        office(country).substitutions(country.context("counter-clerk"), resident)


SIGNS = st.one_of(
    st.sampled_from([*"高髙﨑𠮷丟～－ｱé\"',", "\ufa19", "辻\U000e0100", "葛\U000e0101"]),
    st.characters(min_codepoint=0x20, max_codepoint=0x2FA1F, exclude_categories=["Cs", "Cc", "Cn"]),
)
TEXTS = st.lists(SIGNS, max_size=8).map("".join)
RECORD = ResidentRecord(
    resident="r",
    household="h",
    name=PersonName("山田", "花", "ヤマダ", "ハナ"),
    birth_date=date(1985, 2, 3),
    sex=Sex.FEMALE,
    address=ADDRESS,
    relationship=Relationship.HEAD,
    registered_domicile="",
    head_of_family_register="",
    resident_since=TODAY,
    address_since=TODAY,
    previous_address="",
    reported_on=TODAY,
    nationality="JP",
    code=ResidentRecordCode.parse("1234567890" + resident_record_code_check_digit("1234567890")),
    number=None,
    stage=NumberingStage.KEPT,
)


@given(
    st.tuples(TEXTS, TEXTS, TEXTS, TEXTS),
    st.sampled_from([one for one in Repertoire if one is not Repertoire.FULL]),
    st.data(),
)
def test_any_record_comes_back_exactly_from_what_a_receiver_is_given(
    texts: tuple[str, str, str, str], repertoire: Repertoire, data: st.DataObject
) -> None:
    address, domicile, alias, former = texts
    details = RecordDetails(alias=alias, former_name=former)
    record = dataclasses.replace(RECORD, address=address, registered_domicile=domicile, details=details)
    chosen = dict.fromkeys((sign for text in texts for sign in lacking(text, repertoire)), "吉")
    wanted = FileWanted(repertoire, data.draw(st.sampled_from(ENCODINGS[repertoire])), SYSTEM)
    out = io.BytesIO()
    at = datetime(2019, 12, 2, tzinfo=JST)
    writer = PackageWriter(out, io.BytesIO(), wanted=wanted, chosen=chosen, at=at)
    try:
        writer.add([record])
    except NotInEncoding:
        assert wanted.encoding is FileEncoding.SHIFT_JIS_2004
        signs = {sign for text in row_of(record) for sign in substitute(text, repertoire, chosen=chosen).written}
        assert {"~", "\\"} & signs
        return
    assert writer.finish("452025").lacking == ()
    files = opened(out.getvalue())
    text = wanted.encoding.decode_text(files["residents.csv"].removeprefix(b"\xef\xbb\xbf"))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    for column in TEXT_COLUMNS:
        assert all(holds(repertoire, sign) for sign in written_units(row[column]))
    for one in reversed(rows(files["substitutions.csv"], "utf-8")):
        place = int(one["position"]) - 1
        row[one["column"]] = row[one["column"]][:place] + one["original"] + row[one["column"]][place + 1 :]
    assert tuple(row[column] for column in COLUMNS) == row_of(record)
