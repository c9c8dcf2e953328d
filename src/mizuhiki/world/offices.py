"""Opens the offices of the demo country: staff accounts, and the assessments that must stand before linkage."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, key_of, kind_of, owner_of
from mizuhiki.vocabulary.places import municipality
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.roster import StaffMember

COMMISSION = institution_id(InstitutionKind.COMMISSION)
UNASSESSED_MUNICIPALITY = "155861"
"""Has not published an assessment for child allowance: a village of 353 people, whose inquiry must be refused."""

_MUNICIPAL_STAFF = (
    ("clerk", "窓口 花子", "counter-clerk"),
    ("approver", "決裁 一郎", "approver"),
    ("mayor", "市長 代理", "mayor"),
    ("tax", "税務 次郎", "tax-officer"),
    ("linkage", "連携 三郎", "linkage-officer"),
    ("support", "支援 十郎", "support-officer"),
    *(
        (f"{section.partition('-')[0]}-{duty}", f"{name} {given}", f"{section}-{duty}")
        for section, name in (
            ("child-section", "子育"),
            ("care-section", "介護"),
            ("housing-section", "住宅"),
            ("welfare-office", "福祉"),
        )
        for duty, given in (("clerk", "一子"), ("approver", "二郎"))
    ),
)


def _office(family_name: str) -> tuple[tuple[str, str, str], ...]:
    """Return the staff of a body that takes people in, decides about them and protects them."""
    return (
        ("clerk", f"{family_name} 一子", "clerk"),
        ("approver", f"{family_name} 二郎", "approver"),
        ("support", f"{family_name} 三枝", "support-officer"),
    )


_OTHER_STAFF = {
    InstitutionKind.COMMISSION: (("officer", "監督 四郎", "assessment-officer"),),
    InstitutionKind.PENSION_SERVICE: (
        ("clerk", "年金 五郎", "counter-clerk"),
        ("approver", "年金 一美", "approver"),
    ),
    InstitutionKind.STUDENT_SERVICES: (
        ("clerk", "学窓 一子", "case-clerk"),
        ("approver", "学窓 二郎", "approver"),
    ),
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: _office("職安"),
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: _office("健保"),
    InstitutionKind.PREFECTURE_WELFARE: (*_office("福祉"), ("mayor", "知事 代理", "mayor")),
    InstitutionKind.BOARD_OF_EDUCATION: (
        ("clerk", "教育 一子", "case-clerk"),
        ("approver", "教育 二郎", "approver"),
        ("mayor", "教育 代理", "mayor"),
    ),
    InstitutionKind.LINKAGE_CORE: (("operator", "運用 六郎", "operator"),),
    InstitutionKind.JPKI: (("operator", "認証 七郎", "operator"),),
    InstitutionKind.TAX_AGENCY: (
        ("registrar", "登録 十子", "registration-officer"),
        ("designator", "指定 一美", "designating-officer"),
        ("auditor", "監査 二郎", "auditor"),
    ),
}

_AGENCY_AFFAIRS = {
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: (("employment-insurance", "雇用保険事務"),),
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: (("health-insurance", "健康保険事務"),),
    InstitutionKind.PREFECTURE_WELFARE: (
        ("physical-disability-certificate", "身体障害者手帳事務"),
        ("mental-health", "精神保健福祉事務"),
        ("special-child-rearing-allowance", "特別児童扶養手当事務"),
    ),
    InstitutionKind.BOARD_OF_EDUCATION: (("special-needs-education-support", "特別支援教育就学奨励費事務"),),
}

_SERVER_STAFF = (
    ("linkage", "連携 八郎", "linkage-officer"),
    ("protection", "保護 九子", "protection-officer"),
    ("security", "検知 一郎", "security-officer"),
)


def _accounts(institution: InstitutionId) -> Sequence[tuple[str, str, str]]:
    kind = kind_of(institution)
    if kind is InstitutionKind.INTERMEDIATE_SERVER:
        return () if kind_of(owner_of(institution)) is InstitutionKind.PORTAL else _SERVER_STAFF
    return _MUNICIPAL_STAFF if kind is InstitutionKind.MUNICIPALITY else _OTHER_STAFF.get(kind, ())


def open_offices(nation: Nation) -> list[StaffMember]:
    """Open every office's accounts; the passphrase says whose it is, since nothing here is secret."""
    opened: list[StaffMember] = []
    for one in nation.settings.planned:
        for account, name, role in _accounts(one.institution):
            passphrase = f"invented {account} of {one.host.split('.')[0]}"
            nation.operations(one.institution).add_staff(account, name, role, passphrase)
            opened.append(StaffMember(one.institution, account, passphrase, name, role))
    return opened


def publish_ordinances(nation: Nation, staff: Sequence[StaffMember]) -> None:
    """Lodge and publish every city's ordinance on medical aid for children; one village has none."""
    for text in sorted({member.institution for member in staff}):
        institution = InstitutionId(text)
        if kind_of(institution) is not InstitutionKind.MUNICIPALITY or key_of(institution) == UNASSESSED_MUNICIPALITY:
            continue
        affair = childrens_medical_aid.affair_of(institution)
        purpose = "lodge an affair under an ordinance"
        mayor = nation.context(institution, "mayor", affair.code, "番号法19条9号", purpose)
        nation.operations(institution).claims.lodge_ordinance_affair(mayor, f"{affair.slug}-1", affair)
        officer = nation.context(
            COMMISSION, "assessment-officer", affair.code, "番号法19条9号", "publish an affair", person="officer"
        )
        ordinances = nation.operations(COMMISSION).ordinances
        lodged = next(one for one in ordinances.listed(officer) if one.affair == affair)
        ordinances.publish(officer, lodged.key)


def publish_assessments(nation: Nation, staff: Sequence[StaffMember]) -> None:
    """Hand in and publish the assessments of every body that takes part; one village has not done so."""
    commission = COMMISSION
    bodies = sorted({member.institution for member in staff})
    for text in bodies:
        institution = InstitutionId(text)
        for affair, title in _affairs_of(institution):
            context = nation.context(institution, "mayor", affair, "番号法28条", "hand in a protection assessment")
            receipt = nation.operations(institution).submit_assessment(
                context,
                affair,
                title,
                persons=20_000,
                handlers=30,
                serious_accident=False,
                document=f"{title}:全項目評価書(架空)".encode(),
            )
            officer = nation.context(
                commission, "assessment-officer", affair, "番号法28条", "publish an assessment", person="officer"
            )
            nation.operations(commission).publish_assessment(officer, receipt.assessment_id)


def _affairs_of(institution: InstitutionId) -> list[tuple[str, str]]:
    kind = kind_of(institution)
    if kind is InstitutionKind.PENSION_SERVICE:
        return [("national-pension", "国民年金事務"), ("employees-pension", "厚生年金保険事務")]
    if kind is InstitutionKind.STUDENT_SERVICES:
        return [("student-aid", "学資の支給・貸与事務")]
    if kind in _AGENCY_AFFAIRS:
        return list(_AGENCY_AFFAIRS[kind])
    if kind is not InstitutionKind.MUNICIPALITY:
        return []
    name = municipality(key_of(institution)).name
    affairs = [
        ("local-tax", f"{name} 地方税事務"),
        ("child-rearing-allowance", f"{name} 児童扶養手当事務"),
        ("long-term-care-insurance", f"{name} 介護保険事務"),
        ("public-housing", f"{name} 公営住宅事務"),
        ("disability-services", f"{name} 障害福祉サービス事務"),
        ("childcare-support", f"{name} 子ども・子育て支援事務"),
        ("public-assistance", f"{name} 生活保護事務"),
    ]
    if key_of(institution) != UNASSESSED_MUNICIPALITY:
        affairs.append(("child-allowance", f"{name} 児童手当事務"))
        own = childrens_medical_aid.affair_of(institution)
        affairs.append((own.code, own.title_ja))
    return affairs
