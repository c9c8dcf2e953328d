"""What each repertoire holds, judged by the C library's converter and by Unicode's own data."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.names import Repertoire, lacking, restore, substitute, variant_table
from mizuhiki.vocabulary.names.repertoires import holds, is_selector, rare_characters, written_units
from mizuhiki.vocabulary.names.substitute_candidates import Candidate, CandidateSource, candidates
from mizuhiki.vocabulary.names.substitution import SubstitutionRule, automatic_substitute

JIS = (Repertoire.JIS_X_0208, Repertoire.JIS_X_0213)
INTO_0208 = b"\x1b$B"
"""The escape of ISO-2022-JP before two-byte characters, which are those of JIS X 0208 alone."""


def assigned() -> Iterator[str]:
    """Every visible character of the planes in which writing of Japan stands."""
    for code in (*range(0x21, 0xD800), *range(0xF900, 0xFFFE), *range(0x20000, 0x2FA20)):
        sign = chr(code)
        if unicodedata.category(sign)[0] in "LNPS" and not is_selector(sign):
            yield sign


def converted(encoding: str, signs: list[str]) -> list[bytes]:
    """What `iconv` makes of each character, empty where it has none."""
    done = subprocess.run(
        ["iconv", "-c", "-f", "UTF-8", "-t", encoding],
        input="\n".join(signs).encode(),
        capture_output=True,
        check=False,
    )
    lines = done.stdout.split(b"\n")
    assert len(lines) == len(signs)
    return lines


@pytest.mark.outside("iconv")
def test_jis_x_0208_is_what_iso_2022_jp_writes_in_two_bytes() -> None:
    signs = [sign for sign in assigned() if ord(sign) > 0x7F]
    theirs = {sign for sign, line in zip(signs, converted("ISO-2022-JP", signs), strict=True) if INTO_0208 in line}
    ours = {sign for sign in signs if holds(Repertoire.JIS_X_0208, sign)}
    assert len(ours) == 6879 - 1, "all but the space, which is not visible"
    assert theirs == ours


@pytest.mark.outside("iconv")
def test_jis_x_0213_is_what_the_c_library_writes() -> None:
    signs = [sign for sign in assigned() if ord(sign) > 0x7F and not 0xFF61 <= ord(sign) < 0xFFA0]
    theirs = {sign for sign, line in zip(signs, converted("EUC-JISX0213", signs), strict=True) if line}
    ours = {sign for sign in signs if holds(Repertoire.JIS_X_0213, sign)}
    assert (theirs - ours, ours - theirs) == (set("—｟｠"), set("―⦅⦆"))
    for wide, standard in zip("—｟｠", "―⦅⦆", strict=True):  # two code points for one position of the standard
        (octets,) = converted("EUC-JISX0213", [wide])
        assert octets == standard.encode("euc_jis_2004")
        assert automatic_substitute(wide, Repertoire.JIS_X_0213) == standard


@pytest.mark.outside("iconv")
def test_windows_reads_our_shift_jis_at_the_same_positions() -> None:
    """Eight characters have another code point there; the position, which a receiver stores, is the same."""
    signs = [sign for sign in assigned() if ord(sign) > 0x7F and holds(Repertoire.JIS_X_0208, sign)]
    text = "".join(signs).encode("shift_jis")
    done = subprocess.run(["iconv", "-f", "CP932", "-t", "UTF-8"], input=text, capture_output=True, check=True)
    read = done.stdout.decode()
    differing = {ours: theirs for ours, theirs in zip(signs, read, strict=True) if ours != theirs}
    assert differing == dict(zip("〜‖−¢£¬", "～∥－￠￡￢", strict=True))
    assert all(theirs.encode("cp932") == ours.encode("shift_jis") for ours, theirs in differing.items())


@pytest.mark.parametrize(
    ("sign", "held"),
    [
        ("高", JIS),
        ("髙", ()),
        ("﨑", JIS[1:]),
        ("𠮷", ()),
        ("\ufa19", JIS[1:]),
        ("𠮟", JIS[1:]),
        ("〜", JIS),
        ("～", JIS[1:]),
        ("＼", JIS),
        ("－", JIS[1:]),
        ("丟", ()),
        ("−", JIS),
        ("ｱ", ()),
        ("é", JIS[1:]),
        ("¥", ()),
        ("‾", ()),
        ("辻\U000e0100", ()),
        ("\ue000", ()),
    ],
)
def test_boundary_characters(sign: str, held: tuple[Repertoire, ...]) -> None:
    assert tuple(one for one in JIS if holds(one, sign)) == held
    assert holds(Repertoire.FULL, sign)
    assert holds(Repertoire.WITHOUT_SELECTORS, sign) == (len(sign) == 1)


SIGNS = st.one_of(
    st.sampled_from([*"高髙﨑𠮷𠮟〜～ｱéゞ々ヶ", "\ufa19", "辻\U000e0100", "葛\U000e0101", *variant_table()]),
    st.characters(min_codepoint=0x20, max_codepoint=0x2FA1F, exclude_categories=["Cs", "Cc", "Cn"]),
)
TEXTS = st.lists(SIGNS, max_size=12).map("".join)


@given(st.text(st.sampled_from("山田A1 ｱ𠮷髙﨑①ー\ufe00\U000e0100\u3099é¬Ω")))
def test_rare_characters_are_all_that_any_repertoire_can_lack(text: str) -> None:
    rare = rare_characters(text)
    assert rare == {unit for unit in written_units(text) if not holds(Repertoire.JIS_X_0208, unit)}
    for repertoire in Repertoire:
        assert set(lacking(text, repertoire)) <= rare


@given(TEXTS, st.sampled_from(list(Repertoire)), st.sampled_from("吉〇−"))
def test_any_text_is_written_in_the_repertoire_and_the_trace_leads_back(
    text: str, repertoire: Repertoire, choice: str
) -> None:
    chosen = dict.fromkeys(lacking(text, repertoire), choice)
    done = substitute(text, repertoire, chosen=chosen)
    assert restore(done.written, done.trace()).original == text
    assert all(holds(repertoire, unit) for unit in written_units(done.written))
    units = written_units(text)
    changed = {one.position for one in done.substitutions}
    assert [unit for place, unit in enumerate(units) if place not in changed] == [
        unit for place, unit in enumerate(written_units(done.written)) if place not in changed
    ]
    assert all(one.rules for one in done.substitutions)
    assert {one.original for one in done.substitutions if SubstitutionRule.CHOSEN in one.rules} == set(chosen)


@given(TEXTS, st.sampled_from(list(Repertoire)))
def test_lacking_are_exactly_the_characters_for_which_a_text_is_refused(text: str, repertoire: Repertoire) -> None:
    expected = [
        unit
        for unit in dict.fromkeys(written_units(text))
        if not holds(repertoire, unit) and not automatic_substitute(unit, repertoire)
    ]
    assert list(lacking(text, repertoire)) == expected
    assert lacking(text, repertoire, chosen=dict.fromkeys(expected, "吉")) == ()


@pytest.mark.parametrize(
    ("sign", "repertoire", "found"),
    [
        ("～", Repertoire.JIS_X_0208, [("〜", CandidateSource.POSITION), ("~", CandidateSource.COMPATIBILITY)]),
        ("ｱ", Repertoire.JIS_X_0208, [("ア", CandidateSource.COMPATIBILITY)]),
        ("é", Repertoire.JIS_X_0208, [("e", CandidateSource.LETTER)]),
        ("德\U000e0101", Repertoire.JIS_X_0208, [("徳", CandidateSource.VARIANT)]),
        ("辻\U000e0100", Repertoire.JIS_X_0208, [("辻", CandidateSource.BASE)]),
        ("\ufa19", Repertoire.JIS_X_0208, [("神", CandidateSource.UNIFIED)]),
        ("𠮷", Repertoire.JIS_X_0208, []),
        ("㈱", Repertoire.JIS_X_0208, []),
    ],
)
def test_candidates_say_where_they_come_from(
    sign: str, repertoire: Repertoire, found: list[tuple[str, CandidateSource]]
) -> None:
    assert candidates(sign, repertoire) == tuple(Candidate(*one) for one in found)


@given(SIGNS, st.sampled_from(JIS))
def test_every_candidate_is_one_character_of_the_repertoire(sign: str, repertoire: Repertoire) -> None:
    for one in candidates(sign, repertoire):
        assert len(one.written) == 1
        assert holds(repertoire, one.written)
        assert one.written != sign
