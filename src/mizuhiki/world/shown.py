"""The world as its landing page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, owner_of
from mizuhiki.vocabulary.places import municipality
from mizuhiki.world import roster as kept
from mizuhiki.world.counter_cards import CounterHolder
from mizuhiki.world.story.telling import StepResult
from mizuhiki.world.web.view import ActingPerson, InstitutionView, PhaseView, StaffView, StepState, StepView

_WHAT = {
    InstitutionKind.MUNICIPALITY: (
        "住民登録、個人番号の指定と通知、税、児童手当、児童扶養手当、介護保険料、公営住宅、障害福祉。窓口の画面があります。",
        "Resident register, numbers, tax, child allowances, care premiums, housing, disability. Has counter pages.",
    ),
    InstitutionKind.PREFECTURE: (
        "本人確認情報を市町村から受け、全国サーバーへ届けます。",
        "Takes identification information from municipalities and passes it on.",
    ),
    InstitutionKind.NATIONAL_REGISTER: (
        "住民票コードを割り当て、個人番号とすべき番号を生成します。",
        "Assigns resident record codes and generates numbers.",
    ),
    InstitutionKind.JPKI: (
        "署名用と利用者証明用の電子証明書を発行し、有効性を答えます。",
        "Issues both certificates and answers for their status.",
    ),
    InstitutionKind.LINKAGE_CORE: (
        "照会を許可し、符号変換の後半を行い、記録します。",
        "Permits inquiries, does the second half of conversion, keeps the record.",
    ),
    InstitutionKind.COMMISSION: (
        "評価書を公表し、符号変換の前半を行い、記録の証人になります。",
        "Publishes assessments, does the first half of conversion, witnesses the logs.",
    ),
    InstitutionKind.INTERMEDIATE_SERVER: (
        "機関別符号と副本を持ち、照会と提供を行います。",
        "Holds pseudonyms and local copies; asks and answers.",
    ),
    InstitutionKind.PENSION_SERVICE: (
        "年金の加入記録を持ち、保険料の免除、年金の請求と届出を書類なしで扱い、照会に答えます。",
        "Pension enrolment; decides on premiums, claims and notifications without papers; answers inquiries.",
    ),
    InstitutionKind.STUDENT_SERVICES: (
        "奨学金を、書類なしで審査します。",
        "Decides on student aid without papers.",
    ),
    InstitutionKind.PORTAL: (
        "お知らせと、自分の情報のやりとり履歴を見る場所です。",
        "Where people read notices and the record of exchanges about them.",
    ),
    InstitutionKind.TAX_AGENCY: (
        "法人番号を指定し、だれでも検索できるように公表します。",
        "Designates Corporate Numbers and publishes them for everybody to search.",
    ),
    InstitutionKind.OUTSIDE_PARTIES: (
        "在留資格の変更などを市町村に通知します(法務大臣通知)。",
        "Notifies municipalities of decisions about residence status.",
    ),
    InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE: (
        "雇用保険の被保険者、離職票、受給資格と失業の認定を扱い、照会に答えます。",
        "Employment insurance: insured persons, separation slips, benefit, certification; answers inquiries.",
    ),
    InstitutionKind.HEALTH_INSURANCE_SOCIETY: (
        "健康保険の資格、被扶養者の認定、限度額適用認定、出産育児一時金を扱い、照会に答えます。",
        "Health insurance: qualification, dependants, limit certificates, childbirth lump sum; answers inquiries.",
    ),
    InstitutionKind.PREFECTURE_WELFARE: (
        "障害者手帳と特別児童扶養手当を扱い、照会に答えます。",
        "Disability certificates and special child rearing allowance; answers inquiries.",
    ),
    InstitutionKind.BOARD_OF_EDUCATION: (
        "特別支援学校の就学奨励費を、書類なしで審査し、学期ごとに支給します。",
        "Support for attendance at special needs schools, decided without papers and paid each term.",
    ),
}
_WITHOUT_PAGES = frozenset(
    {InstitutionKind.PREFECTURE, InstitutionKind.NATIONAL_REGISTER, InstitutionKind.OUTSIDE_PARTIES}
)
_ROLES = {
    "counter-clerk": ("窓口担当", "Counter clerk"),
    "clerk": ("担当", "Clerk"),
    "approver": ("決裁者", "Approving officer"),
    "case-clerk": ("審査担当", "Case clerk"),
    "support-officer": ("支援措置責任者", "Officer responsible for support measures"),
    "child-section-clerk": ("子育て支援課 担当", "Child section: clerk"),
    "child-section-approver": ("子育て支援課 決裁者", "Child section: approving officer"),
    "care-section-clerk": ("介護保険課 担当", "Care section: clerk"),
    "care-section-approver": ("介護保険課 決裁者", "Care section: approving officer"),
    "housing-section-clerk": ("住宅課 担当", "Housing section: clerk"),
    "housing-section-approver": ("住宅課 決裁者", "Housing section: approving officer"),
    "welfare-office-clerk": ("福祉事務所 担当", "Welfare office: clerk"),
    "welfare-office-approver": ("福祉事務所 決裁者", "Welfare office: approving officer"),
    "mayor": ("機関の長(代理)", "For the head of the body"),
    "tax-officer": ("税務担当", "Tax officer"),
    "protection-officer": ("支援措置責任者", "Officer responsible for support measures"),
    "linkage-officer": ("情報連携担当", "Linkage officer"),
    "security-officer": ("セキュリティ担当", "Security officer"),
    "assessment-officer": ("評価書担当", "Assessment officer"),
    "operator": ("運用担当", "Operator"),
    "registration-officer": ("登録担当", "Registration officer"),
    "designating-officer": ("指定担当", "Designating officer"),
    "auditor": ("内部監査", "Internal auditor"),
}


def _has_pages(institution: InstitutionId) -> bool:
    """Say whether people find pages there; the portal's own server works for the portal only."""
    kind = kind_of(institution)
    if kind is InstitutionKind.INTERMEDIATE_SERVER:
        return kind_of(owner_of(institution)) is not InstitutionKind.PORTAL
    return kind not in _WITHOUT_PAGES


class ShownWorld:
    """Implements `web.view.WorldView` and keeps the story's steps as they change."""

    def __init__(
        self,
        directory: Directory,
        roster: kept.Roster,
        page_address: Callable[[str], str],
        has_card: Callable[[str], bool],
        *,
        today: Callable[[], date],
        counter_cards: Callable[[], Iterable[CounterHolder]] = tuple,
    ) -> None:
        self._directory = directory
        self._roster = roster
        self._page_address = page_address
        self._has_card = has_card
        self._today = today
        self._counter_cards = counter_cards
        self._steps: dict[int, StepResult] = {}

    @property
    def world_date(self) -> date:
        """Today in the world."""
        return self._today()

    @property
    def population(self) -> int:
        """How many people live there."""
        return self._roster.population

    def institutions(self) -> Sequence[InstitutionView]:
        """Return the institutions: those with pages first, in the order of the directory."""
        views = [self._institution(entry.institution) for entry in self._directory]
        return sorted(views, key=lambda view: not view.url)

    def _institution(self, institution: InstitutionId) -> InstitutionView:
        entry, kind = self._directory.entry(institution), kind_of(institution)
        what_ja, what_en = _WHAT[kind]
        return InstitutionView(
            institution=institution,
            name_ja=entry.name_ja,
            name_en=entry.name_en,
            url=self._page_address(entry.host) if _has_pages(institution) else "",
            what_ja=what_ja,
            what_en=what_en,
        )

    def people(self) -> Sequence[ActingPerson]:
        """Return the people one can act as: those of the beginning, then those who got a card at a counter."""
        issued = {one.key: one for one in self._counter_cards()}
        people = [self.person(one) for one in self._roster.people]
        # PINs typed at a counter are the holder's own; those of the beginning are of no use any more.
        known = [replace(one, user_pin="", signature_pin="") if one.key in issued else one for one in people]
        keys = {one.key for one in people}
        return [*known, *(_counter_person(one) for key, one in issued.items() if key not in keys)]

    def person(self, one: kept.ActingPerson) -> ActingPerson:
        """Return a person as the pages show them."""
        place = municipality(one.municipality)
        return ActingPerson(
            key=one.key,
            name=one.name,
            name_kana=one.name_kana,
            birth_date=one.birth_date,
            municipality_ja=place.name,
            municipality_en=place.name_en,
            who_ja=one.who_ja,
            who_en=one.who_en,
            has_card=self._has_card(one.key),
            user_pin=one.user_pin,
            signature_pin=one.signature_pin,
        )

    def staff(self) -> Sequence[StaffView]:
        """Return the accounts at the counters."""
        return [
            StaffView(
                institution=InstitutionId(one.institution),
                url=self._page_address(self._directory.entry(InstitutionId(one.institution)).host),
                account=one.account,
                passphrase=one.passphrase,
                role_ja=_ROLES[one.role][0],
                role_en=_ROLES[one.role][1],
            )
            for one in self._roster.staff
        ]

    def begin_story(self, steps: Sequence[StepResult]) -> None:
        """Show these steps, usually all waiting."""
        self._steps = {step.number: step for step in steps}

    def watch(self, step: StepResult) -> None:
        """Show a change of a step."""
        self._steps[step.number] = step

    def story_steps(self) -> Sequence[StepView]:
        """Return the steps of the story."""
        return [
            StepView(
                number=step.number,
                title_ja=step.title_ja,
                title_en=step.title_en,
                state=StepState(step.state),
                detail=step.detail,
                seconds=step.seconds,
            )
            for _, step in sorted(self._steps.items())
        ]

    def phases(self) -> Sequence[PhaseView]:
        """Return the phases of the founding."""
        return [
            PhaseView(title_ja=one.title_ja, title_en=one.title_en, seconds=one.seconds) for one in self._roster.phases
        ]


def _counter_person(one: CounterHolder) -> ActingPerson:
    """Return somebody who got a card at a counter as the pages show people."""
    place = municipality(one.municipality)
    return ActingPerson(
        key=one.key,
        name=one.name,
        name_kana=one.name_kana,
        birth_date=one.birth_date,
        municipality_ja=place.name,
        municipality_en=place.name_en,
        who_ja="窓口で個人番号カードの交付を受けた人",
        who_en="Somebody who was issued a card at the counter",
        has_card=True,
        user_pin="",
        signature_pin="",
    )
