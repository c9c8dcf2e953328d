"""The institutions of the demo country: names, hosts, keys of the directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.vocabulary.ids import (
    InstitutionId,
    InstitutionKind,
    institution_id,
    intermediate_server_of,
    key_of,
    kind_of,
    owner_of,
)
from mizuhiki.vocabulary.places import municipality, prefecture

DOMAIN = "mizuhiki.localhost"
"""Every host of the demo ends in this; browsers resolve it to the loopback address themselves."""

DEMO_MUNICIPALITIES = ("452025", "131032", "155861")
PLATFORM_BODIES = ("131032", "155861")
"""Municipalities whose intermediate servers run on one shared platform (集約ASP): the village and one other body."""
PLATFORM = "platform"
"""Name of that platform's folder and process; it is no institution and in no directory."""

_NAMES = {
    InstitutionKind.NATIONAL_REGISTER: ("地方公共団体情報システム機構(住基全国サーバー)", "National register (J-LIS)"),
    InstitutionKind.JPKI: ("公的個人認証サービス(試験用認証局)", "JPKI certification authorities (test)"),
    InstitutionKind.LINKAGE_CORE: (
        "情報提供ネットワークシステム コアシステム",
        "Cooperation Network System, core",
    ),
    InstitutionKind.COMMISSION: ("個人情報保護委員会", "Personal Information Protection Commission"),
    InstitutionKind.PENSION_SERVICE: ("日本年金機構", "Japan Pension Service"),
    InstitutionKind.STUDENT_SERVICES: ("日本学生支援機構", "Japan Student Services Organization"),
    InstitutionKind.PORTAL: ("マイナポータル", "Mynaportal"),
    InstitutionKind.TAX_AGENCY: ("国税庁 法人番号公表サイト", "National Tax Agency, Corporate Numbers"),
    InstitutionKind.OUTSIDE_PARTIES: ("出入国在留管理庁(外部機関)", "Immigration Services Agency (outside parties)"),
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: (
        "公共職業安定所(ハローワーク)",
        "Hello Work (public employment security office)",
    ),
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: (
        "みずひき健康保険組合(架空)",
        "Mizuhiki Health Insurance Society (invented)",
    ),
}
_HOSTS = {
    InstitutionKind.NATIONAL_REGISTER: "register",
    InstitutionKind.JPKI: "jpki",
    InstitutionKind.LINKAGE_CORE: "core",
    InstitutionKind.COMMISSION: "commission",
    InstitutionKind.PENSION_SERVICE: "pension",
    InstitutionKind.STUDENT_SERVICES: "student",
    InstitutionKind.PORTAL: "portal",
    InstitutionKind.TAX_AGENCY: "houjin",
    InstitutionKind.OUTSIDE_PARTIES: "outside",
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: "hellowork",
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: "kenpo",
}


@dataclass(frozen=True, slots=True)
class PlannedInstitution:
    """One institution before it has keys."""

    institution: InstitutionId
    host: str
    name_ja: str
    name_en: str


def _names(institution: InstitutionId) -> tuple[str, str]:
    kind, key = kind_of(institution), key_of(institution)
    if kind is InstitutionKind.MUNICIPALITY:
        place = municipality(key)
        return place.name, place.name_en
    if kind is InstitutionKind.PREFECTURE:
        region = prefecture(key)
        return region.name, region.name_en
    if kind is InstitutionKind.PREFECTURE_WELFARE:
        region = prefecture(key)
        return f"{region.name} 障害福祉課", f"{region.name_en} Prefecture, welfare section"
    if kind is InstitutionKind.BOARD_OF_EDUCATION:
        region = prefecture(key)
        return f"{region.name}教育委員会", f"{region.name_en} Prefectural Board of Education"
    if kind is InstitutionKind.INTERMEDIATE_SERVER:
        name_ja, name_en = _names(owner_of(institution))
        return f"中間サーバー({name_ja})", f"Intermediate server of {name_en}"
    return _NAMES[kind]


def _host(institution: InstitutionId) -> str:
    kind, key = kind_of(institution), key_of(institution)
    if kind is InstitutionKind.MUNICIPALITY:
        return f"city-{key}.{DOMAIN}"
    if kind is InstitutionKind.PREFECTURE:
        return f"pref-{key}.{DOMAIN}"
    if kind is InstitutionKind.PREFECTURE_WELFARE:
        return f"welfare-{key}.{DOMAIN}"
    if kind is InstitutionKind.BOARD_OF_EDUCATION:
        return f"school-{key}.{DOMAIN}"
    if kind is InstitutionKind.INTERMEDIATE_SERVER:
        return f"is-{_host(owner_of(institution))}"
    return f"{_HOSTS[kind]}.{DOMAIN}"


def planned(institution: InstitutionId) -> PlannedInstitution:
    """Return host and names of one institution."""
    name_ja, name_en = _names(institution)
    return PlannedInstitution(institution, _host(institution), name_ja, name_en)


def plan_nation(municipalities: Sequence[str] = DEMO_MUNICIPALITIES) -> list[PlannedInstitution]:
    """Return every institution a nation with these municipalities has.

    Prefectures follow from the municipalities; each body that takes part in linkage gets its intermediate server.
    """
    cities = [institution_id(InstitutionKind.MUNICIPALITY, code) for code in municipalities]
    prefectures = [
        institution_id(InstitutionKind.PREFECTURE, code) for code in sorted({code[:2] for code in municipalities})
    ]
    agencies = [
        *(
            institution_id(kind)
            for kind in (
                InstitutionKind.PENSION_SERVICE,
                InstitutionKind.STUDENT_SERVICES,
                InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
                InstitutionKind.HEALTH_INSURANCE_SOCIETY,
            )
        ),
        *(institution_id(InstitutionKind.PREFECTURE_WELFARE, key_of(one)) for one in prefectures),
        *(institution_id(InstitutionKind.BOARD_OF_EDUCATION, key_of(one)) for one in prefectures),
        institution_id(InstitutionKind.PORTAL),
    ]
    national = [
        institution_id(kind)
        for kind in (
            InstitutionKind.COMMISSION,
            InstitutionKind.LINKAGE_CORE,
            InstitutionKind.NATIONAL_REGISTER,
            InstitutionKind.JPKI,
            InstitutionKind.TAX_AGENCY,
            InstitutionKind.OUTSIDE_PARTIES,
        )
    ]
    servers = [intermediate_server_of(owner) for owner in (*cities, *agencies)]
    return [planned(one) for one in (*national, *prefectures, *cities, *agencies, *servers)]


def is_on_platform(institution: InstitutionId) -> bool:
    """Say whether an institution is hosted on the shared platform."""
    if kind_of(institution) is not InstitutionKind.INTERMEDIATE_SERVER:
        return False
    owner = owner_of(institution)
    return kind_of(owner) is InstitutionKind.MUNICIPALITY and key_of(owner) in PLATFORM_BODIES
