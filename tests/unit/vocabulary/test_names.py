"""Names and their comparison."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.names import (
    MalformedPersonName,
    PersonName,
    fold_variants,
    normalise_for_comparison,
    variant_table,
)


def test_a_full_name_has_an_ideographic_space() -> None:
    name = PersonName("都城", "花子", "ミヤコノジョウ", "ハナコ")
    assert (name.full, name.full_kana) == ("都城　花子", "ミヤコノジョウ　ハナコ")
    assert PersonName("", "スカルノ").full == "スカルノ"


@pytest.mark.parametrize(
    ("family", "given_name", "kana"),
    [
        ("", "", ""),
        (" 山田", "花子", ""),
        ("山田\n", "花子", ""),
        ("山\u202e田", "花子", ""),
        ("山\ufffd", "花子", ""),
        ("\U000e0100", "花子", ""),
        ("山田", "\u3099", ""),
        ("山" * 101, "", ""),
        ("山田", "", "山田"),
    ],
)
def test_what_is_no_name_is_refused(family: str, given_name: str, kana: str) -> None:
    with pytest.raises(MalformedPersonName):
        PersonName(family, given_name, kana)


def test_variation_selectors_are_kept_in_the_name_and_ignored_in_comparison() -> None:
    name = PersonName("辻\U000e0100", "花子")
    assert name.full == "辻\U000e0100　花子"
    assert normalise_for_comparison(name.full) == normalise_for_comparison("辻花子")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"),
        ("やまだ", "ヤマダ"),
        ("smith　John", "SMITH JOHN"),
        ("1－2", "1−2"),
        ("1ー2‐3", "1-2-3"),
    ],
)
def test_ways_of_writing_do_not_make_names_different(left: str, right: str) -> None:
    assert normalise_for_comparison(left) == normalise_for_comparison(right)


def test_a_long_vowel_mark_between_kana_stays() -> None:
    assert normalise_for_comparison("サーバ") != normalise_for_comparison("サ-バ")


@pytest.mark.parametrize(("old", "new"), [("髙橋", "高橋"), ("渡邊", "渡辺"), ("齋藤", "斎藤")])
def test_old_forms_are_equal_only_when_asked(old: str, new: str) -> None:
    assert normalise_for_comparison(old) != normalise_for_comparison(new)
    assert normalise_for_comparison(old, variants=True) == normalise_for_comparison(new, variants=True)


def test_the_two_saito_remain_two() -> None:
    assert fold_variants("齋") != fold_variants("齊")


def test_the_variant_table_maps_to_final_single_characters() -> None:
    table = variant_table()
    assert all(len(variant) == len(form) == 1 and variant != form for variant, form in table.items())
    assert not set(table) & set(table.values())
    assert all(unicodedata.category(form) == "Lo" for form in table.values())


@given(st.text(max_size=30))
def test_normalisation_is_final(text: str) -> None:
    once = normalise_for_comparison(text)
    assert normalise_for_comparison(once) == once


common = st.text("山田髙ァヴヺー々〇-AZ09\u3000が縷\U00020b9fｱか\u3099", max_size=12)


@given(st.one_of(common, st.text(max_size=12)))
def test_texts_that_need_little_work_are_compared_like_all_others(text: str) -> None:
    # A variation selector is ignored in comparison, and no text with one is taken the short way.
    assert normalise_for_comparison(text) == normalise_for_comparison(text + "\ufe00")


PLAIN = st.sampled_from("都城市架空辻花子9０AＡアヴヺー-－‐ぁんゔ が゙ﾊﾟ\u3000 \t髙﨑\ufe00")


@given(st.text(PLAIN, max_size=12))
def test_texts_without_anything_special_are_normalised_like_all_others(text: str) -> None:
    slow_way = normalise_for_comparison("ぃ" + text)  # hiragana is never final as it is
    assert normalise_for_comparison("イ" + text) == normalise_for_comparison("イ") + slow_way[1:]
