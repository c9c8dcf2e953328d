"""The tables about the card, and the page that shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.documents.card.comparison import (
    Language,
    card_and_number,
    cards_compared,
    markdown,
    readable_telephones,
)

PAGE = Path(__file__).parents[3] / "docs" / "cards-compared.md"


@pytest.mark.requirement("R-150")
def test_seven_points_tell_the_two_cards_apart() -> None:
    rows = {point: (resident, individual) for point, resident, individual in cards_compared(Language.JA)}
    assert rows == {
        "券面の様式": ("市町村ごと", "全国共通"),
        "顔写真": ("選択", "必須"),
        "手数料": ("1,000円程度", "無料（初回）"),
        "事務の性質": ("自治事務", "法定受託事務"),
        "有効期間": ("10年", "10回目の誕生日まで（未成年者は5回目）"),
        "電子証明書": ("選択、行政手続のみ", "標準搭載、民間でも利用可"),
        "発行の委託": ("人口3万人未満の市町村のみ", "全市町村が機構に委任可"),
    }


@pytest.mark.requirement("R-149", "R-150")
def test_the_page_shows_the_tables_as_the_data_has_them() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert markdown(cards_compared(Language.EN), ("", "住基カード", "個人番号カード")) in page
    assert markdown(cards_compared(Language.JA), ("", "住基カード", "個人番号カード")) in page
    assert markdown(card_and_number(Language.EN), ("", "Individual Number", "Individual Number Card")) in page
    assert markdown(card_and_number(Language.JA), ("", "個人番号", "個人番号カード")) in page


@pytest.mark.requirement("R-156")
def test_how_many_telephones_read_the_card_is_known_for_two_months() -> None:
    assert (readable_telephones("2018-12"), readable_telephones("2019-01")) == (58, 60)
    assert readable_telephones("2019-02") is None
