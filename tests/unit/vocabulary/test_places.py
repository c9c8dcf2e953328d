"""Municipality codes, names and addresses."""

from collections import Counter

import pytest

from mizuhiki.vocabulary.places import (
    Address,
    MalformedAddress,
    MalformedMunicipalityCode,
    MunicipalityKind,
    NoSuchPlace,
    municipalities,
    municipality,
    municipality_check_digit,
    normalise_address,
    prefecture,
    prefectures,
    romanise,
)


def test_every_code_of_the_list_has_its_check_digit() -> None:
    codes = [place.code for place in municipalities()] + [known.authority_code for known in prefectures()]
    assert [code for code in codes if municipality_check_digit(code[:5]) != code[5]] == []
    assert len(codes) == len(set(codes))


def test_the_list_has_the_published_counts() -> None:
    counts = Counter(place.kind for place in municipalities())
    assert len(prefectures()) == 47
    assert counts[MunicipalityKind.CITY] + counts[MunicipalityKind.DESIGNATED_CITY] == 792
    assert counts[MunicipalityKind.DESIGNATED_CITY] == 20
    assert counts[MunicipalityKind.TOWN] == 743
    assert counts[MunicipalityKind.VILLAGE] == 183 + 6  # six villages of the northern territories
    assert counts[MunicipalityKind.SPECIAL_WARD] == 23
    assert counts[MunicipalityKind.ADMINISTRATIVE_WARD] == 175


@pytest.mark.parametrize(
    ("code", "prefecture_name", "name", "english", "kind"),
    [
        ("452025", "宮崎県", "都城市", "Miyakonojo City", MunicipalityKind.CITY),
        ("131032", "東京都", "港区", "Minato City", MunicipalityKind.SPECIAL_WARD),
        ("155861", "新潟県", "粟島浦村", "Awashimaura Village", MunicipalityKind.VILLAGE),
        ("261009", "京都府", "京都市", "Kyoto City", MunicipalityKind.DESIGNATED_CITY),
        ("012025", "北海道", "函館市", "Hakodate City", MunicipalityKind.CITY),
        ("281000", "兵庫県", "神戸市", "Kobe City", MunicipalityKind.DESIGNATED_CITY),
    ],
)
def test_known_places(code: str, prefecture_name: str, name: str, english: str, kind: MunicipalityKind) -> None:
    place = municipality(code)
    assert (place.prefecture, place.name, place.name_en, place.kind) == (prefecture_name, name, english, kind)


def test_every_place_has_a_latin_name() -> None:
    assert [place.code for place in municipalities() if not place.name_en.replace(" ", "").isascii()] == []
    assert [place.code for place in municipalities() if not place.name_en.split()[0].isalpha()] == []


def test_a_ward_of_a_designated_city_belongs_to_its_city() -> None:
    ward = municipality("141011")
    assert (ward.full_name, ward.governing_code, ward.kind) == (
        "横浜市鶴見区",
        "141003",
        MunicipalityKind.ADMINISTRATIVE_WARD,
    )
    wards = [place for place in municipalities() if place.parent_code]
    assert all(municipality(place.parent_code).kind is MunicipalityKind.DESIGNATED_CITY for place in wards)
    assert municipality("131032").governing_code == "131032"


@pytest.mark.parametrize("code", ["", "452024", "45202", "４５２０２５", "4520250"])
def test_malformed_codes_are_refused(code: str) -> None:
    with pytest.raises(MalformedMunicipalityCode):
        municipality(code)


def test_a_well_formed_code_of_no_place_is_not_found() -> None:
    with pytest.raises(NoSuchPlace):
        municipality("99999" + municipality_check_digit("99999"))
    with pytest.raises(NoSuchPlace):
        prefecture("48")


def test_the_check_digit_rule_refuses_other_lengths() -> None:
    with pytest.raises(ValueError, match="5 digits"):
        municipality_check_digit("4520")


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("おおさか", "Osaka"),
        ("とうきょう", "Tokyo"),
        ("にいがた", "Niigata"),
        ("べっぷ", "Beppu"),
        ("ほっちょう", "Hotcho"),
        ("しんじゅく", "Shinjuku"),
        ("ぐんま", "Gunma"),
        ("ニセコ", "Niseko"),
        ("ちゅうおう", "Chuo"),
        ("みなみアルプス", "Minamiarupusu"),
    ],
)
def test_kana_is_romanised_as_on_road_signs(kana: str, latin: str) -> None:
    assert romanise(kana) == latin


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("宮崎県都城市姫城町六街区二十一号", "都城市姫城町六街区21"),
        ("東京都港区芝公園一丁目5番25号", "港区芝公園1－5－25"),
        ("都城市高木町4番地の3", "都城市高木町4-3"),
        ("都城市大字高木4の3", "都城市高木４ー３"),
    ],
)
def test_addresses_written_differently_are_the_same(left: str, right: str) -> None:
    assert normalise_address(left) == normalise_address(right)


def test_addresses_of_other_numbers_stay_different() -> None:
    assert normalise_address("港区芝公園1-5-25") != normalise_address("港区芝公園1-52-5")
    assert normalise_address("京都市北区") != normalise_address("市北区")


def test_an_address_is_written_with_its_place() -> None:
    address = Address("141011", "鶴見中央三丁目", "20番1号", "区役所５階")
    assert address.full == "神奈川県横浜市鶴見区鶴見中央三丁目20番1号　区役所５階"
    assert Address("452025", "姫城町", "6街区21号").full == "宮崎県都城市姫城町6街区21号"


@pytest.mark.parametrize("parts", [("", "1"), ("町" * 201, "1"), ("姫城町", "1\n2")])
def test_an_address_without_a_readable_town_is_refused(parts: tuple[str, str]) -> None:
    with pytest.raises(MalformedAddress):
        Address("452025", *parts)


@pytest.mark.parametrize("name", [one.name for one in prefectures()])
def test_an_address_is_the_same_with_and_without_its_prefecture(name: str) -> None:
    assert normalise_address(f"{name}架空市架空町1") == normalise_address("架空市架空町1")
