"""The invented family of the child allowance story."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.world.people import InventedHousehold, InventedMember

FROM_MUNICIPALITY = "452025"
TO_MUNICIPALITY = "131032"
NEW_STREET = "三田二丁目31番7号"
BABY = PersonName(family="黒木", given="湊", family_kana="クロキ", given_kana="ミナト")


def story_household(_today: date) -> InventedHousehold:
    """Return the family as it lives before the story: father (head), mother and a first child in Miyakonojō."""
    return InventedHousehold(
        municipality_code=FROM_MUNICIPALITY,
        street="姫城町86番21号",
        resident_since=date(2017, 9, 1),
        members=(
            InventedMember(
                PersonName(family="黒木", given="拓也", family_kana="クロキ", given_kana="タクヤ"),
                date(1987, 5, 12),
                Sex.MALE,
                Relationship.HEAD,
            ),
            InventedMember(
                PersonName(family="黒木", given="美咲", family_kana="クロキ", given_kana="ミサキ"),
                date(1989, 2, 3),
                Sex.FEMALE,
                Relationship.WIFE,
            ),
            InventedMember(
                PersonName(family="黒木", given="陽葵", family_kana="クロキ", given_kana="ヒマリ"),
                date(2017, 8, 20),
                Sex.FEMALE,
                Relationship.CHILD,
            ),
        ),
    )
