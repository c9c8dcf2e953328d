"""Substitute characters and the report of how far names agree."""

import dataclasses
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.names import (
    Agreement,
    NoSubstitute,
    NotASubstitute,
    Repertoire,
    SubstitutionRule,
    TraceDoesNotFit,
    compare_names,
    restore,
    substitute,
    variant_table,
    variants_of,
)
from mizuhiki.vocabulary.persons import FourItems, Sex

NAME = "髙橋　﨑子"
IVS = "辻\U000e0100　花子"


@pytest.mark.parametrize(
    ("text", "repertoire", "written", "marks"),
    [
        (NAME, Repertoire.FULL, NAME, "00000"),
        (NAME, Repertoire.WITHOUT_SELECTORS, NAME, "00000"),
        (NAME, Repertoire.JIS_X_0213, "高橋　﨑子", "10000"),
        (NAME, Repertoire.JIS_X_0208, "高橋　崎子", "10010"),
        (IVS, Repertoire.FULL, IVS, "00000"),
        (IVS, Repertoire.JIS_X_0208, "辻　花子", "1000"),
        ("渡邊　德", Repertoire.JIS_X_0208, "渡邊　徳", "0001"),
        ("\ufa19谷", Repertoire.JIS_X_0208, "神谷", "10"),
    ],
)
def test_only_what_the_target_lacks_is_substituted_and_marked(
    text: str, repertoire: Repertoire, written: str, marks: str
) -> None:
    done = substitute(text, repertoire)
    assert (done.original, done.written) == (text, written)
    if repertoire is not Repertoire.FULL:
        assert done.marks == marks
    assert len(done.marks) == len(done.written)
    assert done.changed == (text != written)


def test_every_substitution_says_its_rules() -> None:
    (one,) = substitute("德\U000e0101", Repertoire.JIS_X_0208).substitutions
    assert one.rules == (SubstitutionRule.SELECTOR_DROPPED, SubstitutionRule.VARIANT_TABLE)
    assert (one.position, one.original, one.written) == (0, "德\U000e0101", "徳")


def test_a_character_without_a_rule_is_refused_by_position_and_then_chosen_by_a_person() -> None:
    with pytest.raises(NoSubstitute) as refused:
        substitute("山𠮷", Repertoire.JIS_X_0213)
    assert refused.value.fields == {"position": 1, "repertoire": "jis-x-0213"}
    done = substitute("山𠮷", Repertoire.JIS_X_0213, chosen={"𠮷": "吉"})
    assert (done.written, done.marks) == ("山吉", "01")
    assert done.substitutions[0].rules == (SubstitutionRule.CHOSEN,)
    for bad in ("", "吉吉", "髙", "\n", " "):
        with pytest.raises(NotASubstitute):
            substitute("山𠮷", Repertoire.JIS_X_0213, chosen={"𠮷": bad})


def test_a_choice_does_not_touch_what_the_target_can_write() -> None:
    assert substitute("山吉", Repertoire.JIS_X_0208, chosen={"吉": "山"}).written == "山吉"


NAMES = st.lists(
    st.sampled_from([*"山田花子太郎", "　", "辻\U000e0100", "葛\U000e0101", *list(variant_table())]), max_size=12
).map("".join)


@given(NAMES, st.sampled_from(list(Repertoire)))
def test_the_stored_trace_leads_back_to_the_name(name: str, repertoire: Repertoire) -> None:
    done = substitute(name, repertoire)
    assert restore(done.written, done.trace()) == done
    assert restore(done.written, done.trace()).original == name


def test_a_trace_of_another_text_is_not_applied() -> None:
    trace = substitute("髙橋", Repertoire.JIS_X_0208).trace()
    with pytest.raises(TraceDoesNotFit):
        restore("山橋", trace)
    with pytest.raises(TraceDoesNotFit):
        restore("", trace)
    with pytest.raises(TraceDoesNotFit):
        restore("高橋", "{}")
    moved = json.loads(trace)
    moved["substitutions"][0][0] = -2
    with pytest.raises(TraceDoesNotFit):
        restore("高橋", json.dumps(moved))


@pytest.mark.parametrize(
    ("ours", "theirs", "agreement"),
    [
        ("山田　花子", "山田　花子", Agreement.IDENTICAL),
        ("山田 花子", "山田　花子", Agreement.SAME),
        (IVS, "辻　花子", Agreement.SAME),
        ("髙橋", "高橋", Agreement.VARIANT),
        ("渡邊", "渡邉", Agreement.VARIANT),
        ("齋藤", "齊藤", Agreement.DIFFERENT),
    ],
)
def test_the_agreement_of_two_names_is_told_apart(ours: str, theirs: str, agreement: Agreement) -> None:
    found = compare_names(ours, theirs)
    assert found.agreement is agreement
    assert found.agrees == (agreement in {Agreement.IDENTICAL, Agreement.SAME})
    assert compare_names(theirs, ours).agreement is agreement


def test_a_variant_comparison_names_the_pairs() -> None:
    assert compare_names("髙橋　﨑子", "高橋　崎子").pairs == (("髙", "高"), ("﨑", "崎"))
    assert variants_of("邊") == ("辺", "邉")
    assert variants_of("辺") == ("邊", "邉")
    assert variants_of("山") == ()


def test_four_items_with_a_variant_still_differ_and_the_report_says_why() -> None:
    ours = FourItems("髙橋　花子", "", date(1990, 1, 2), Sex.FEMALE, "宮崎県都城市姫城町六番地")
    theirs = dataclasses.replace(ours, name="高橋　花子", address="都城市姫城町6番地", sex=Sex.MALE)
    assert ours.compare(theirs) == ("name", "sex")
    assert ours.report(theirs) == {
        "name": Agreement.VARIANT,
        "address": Agreement.SAME,
        "birth_date": Agreement.IDENTICAL,
        "sex": Agreement.DIFFERENT,
    }
