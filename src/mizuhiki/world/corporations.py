"""The corporations of the demo country: its public bodies, and invented companies in its municipalities.

Public bodies have the numbers that follow from their codes. Companies have registration numbers of a registry that does
not exist (9999), so that no number here is a real company's.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause, CorporationKind
from mizuhiki.institutions.tax_agency.domain.corporations import NewCorporation, Profile
from mizuhiki.institutions.tax_agency.operations.service import TaxAgency
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, key_of, kind_of
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.places import municipality, prefecture
from mizuhiki.world.nation.nation import Nation

TAX_AGENCY = institution_id(InstitutionKind.TAX_AGENCY)
AFFAIR, BASIS = "corporate-number", "番号法39条"
DESIGNATED_FROM = date(2015, 10, 5)
REGISTRY = "9999"
_STOCK, _LIMITED, _LLC = (
    CorporationKind.STOCK_COMPANY,
    CorporationKind.LIMITED_COMPANY,
    CorporationKind.LIMITED_LIABILITY_COMPANY,
)
_COMPANIES = (
    ("株式会社水引商事", "ミズヒキショウジ", "Mizuhiki Trading Co., Ltd.", _STOCK),
    ("水引製作所株式会社", "ミズヒキセイサクショ", "Mizuhiki Works, Inc.", _STOCK),
    ("国税商事株式会社", "コクゼイショウジ", "", _STOCK),
    ("有限会社さくら堂", "サクラドウ", "", _LIMITED),
    ("合同会社青空設計", "アオゾラセッケイ", "Aozora Design LLC", _LLC),
    ("髙橋電機株式会社", "タカハシデンキ", "", _STOCK),
    ("株式会社はやぶさ運輸", "ハヤブサウンユ", "Hayabusa Transport Co., Ltd.", _STOCK),
    ("株式会社みなとソフトウェア", "ミナトソフトウェア", "Minato Software Inc.", _STOCK),
    ("渡邉建設株式会社", "ワタナベケンセツ", "", _STOCK),
    ("株式会社ＡＢＣネットワーク", "エービーシーネットワーク", "ABC Network Co., Ltd.", _STOCK),
    ("特定非営利活動法人みどりの会", "ミドリノカイ", "", CorporationKind.OTHER_REGISTERED),
    ("医療法人社団あおば会", "アオバカイ", "", CorporationKind.OTHER_REGISTERED),
)


def found_corporations(nation: Nation) -> list[str]:
    """Designate the numbers of all of them and publish; one company moves, one is merged, one body is not published."""
    agency, clock = nation.operations(TAX_AGENCY), nation.settings.clock
    if clock.today() < DESIGNATED_FROM:
        return []
    entering, designating = _officer(nation, "registration-officer"), _officer(nation, "designating-officer")
    numbers: list[str] = []
    for new in _all(nation, clock.today()):
        application = agency.designation.enter(entering, new)
        numbers.append(agency.designation.designate(designating, application))
    companies = [number for number in numbers if number[1:5] == REGISTRY]
    today = clock.today()
    _history(agency, entering, designating, companies, today)
    agency.files.publish_due(_officer(nation, "publisher"))
    return numbers


def _officer(nation: Nation, role: str) -> Context:
    return nation.context(TAX_AGENCY, role, AFFAIR, BASIS, "found the published record")


def _all(nation: Nation, today: date) -> list[NewCorporation]:
    cities = [
        key_of(one.institution)
        for one in nation.settings.planned
        if kind_of(one.institution) is InstitutionKind.MUNICIPALITY
    ]
    bodies = [_local_government(code) for code in cities]
    since = today - timedelta(days=365)
    companies = [
        NewCorporation(
            profile=Profile(
                name=name,
                furigana=reading,
                en_name=english,
                en_street=f"{number + 1} Invented Street" if english else "",
                kind=kind.value,
                municipality_code=cities[number % len(cities)],
                street=f"架空町{number + 1}丁目{number + 2}番{number + 3}号",
            ),
            since=since,
            registration_number=f"{REGISTRY}{_organisation(kind)}{number + 1:06d}",
        )
        for number, (name, reading, english, kind) in enumerate(_COMPANIES)
    ]
    return [_tax_agency(), *bodies, *companies, *_associations(cities, since), _foreign(since)]


def _organisation(kind: CorporationKind) -> str:
    return {_STOCK: "01", _LIMITED: "02", _LLC: "03"}.get(kind, "05")


def _tax_agency() -> NewCorporation:
    profile = Profile(
        name="国税庁",
        furigana="コクゼイチョウ",
        en_name="National Tax Agency",
        en_street="3-1-1 Kasumigaseki",
        kind=CorporationKind.STATE.value,
        municipality_code="131016",
        street="霞が関3丁目1番1号",
        post_code="1000013",
    )
    return NewCorporation(profile=profile, since=date(1949, 6, 1))


def _local_government(code: str) -> NewCorporation:
    place = municipality(code)
    profile = Profile(
        name=place.full_name if place.prefecture_code != "13" else f"{prefecture('13').name}{place.full_name}",
        furigana=normalise_for_comparison(place.name_kana),
        kind=CorporationKind.LOCAL_GOVERNMENT.value,
        municipality_code=code,
        street="(庁舎)",
    )
    return NewCorporation(profile=profile, since=date(1947, 5, 3))


def _associations(cities: list[str], since: date) -> list[NewCorporation]:
    return [
        NewCorporation(
            profile=Profile(
                name=name,
                furigana=reading,
                kind=CorporationKind.OTHER.value,
                municipality_code=cities[0],
                street="架空町1丁目1番1号",
            ),
            since=since,
            association=True,
            consent=consent,
        )
        for name, reading, consent in (
            ("架空町同窓会", "カクウチョウドウソウカイ", True),
            ("架空マンション管理組合", "カクウマンションカンリクミアイ", False),
        )
    ]


def _foreign(since: date) -> NewCorporation:
    profile = Profile(
        name="インベンテッド・トレーディング・リミテッド",
        furigana="インベンテッドトレーディングリミテッド",
        en_name="Invented Trading Limited",
        kind=CorporationKind.FOREIGN_COMPANY.value,
        address_outside="架空国架空市架空通り1番地",
        en_address_outside="1 Invented Road, Invented City, Nowhereland",
    )
    return NewCorporation(profile=profile, since=since, registration_number=f"{REGISTRY}03900001")


def _history(agency: TaxAgency, entering: Context, designating: Context, companies: list[str], today: date) -> None:
    """Let a company take another name, one be merged and one be wound up, so that every sort of line is seen."""
    changes = agency.changes
    moved = agency.record(entering, companies[0])[0].profile
    renamed = msgspec.structs.replace(
        moved,
        name="株式会社水引ホールディングス",
        furigana="ミズヒキホールディングス",
        en_name="Mizuhiki Holdings Co., Ltd.",
    )
    changes.change(entering, companies[0], renamed, on=today)
    changes.merge(designating, companies[1], into=companies[0], on=today)
    changes.close(designating, companies[3], CloseCause.LIQUIDATED, on=today)
