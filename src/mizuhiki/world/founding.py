"""Founds the demo country: only by calling operations, so that demo data is always lawful data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from mizuhiki import __version__
from mizuhiki.crypto.randomness import Randomness, SeededRandomness
from mizuhiki.institutions.agency.pension_service.domain.errors import LinkageNotYet
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import fiscal_year, legal_age_on
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, key_of, kind_of
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.vocabulary.places import municipality
from mizuhiki.world.agencies import Agencies
from mizuhiki.world.cards import CardDrawer
from mizuhiki.world.corporations import found_corporations
from mizuhiki.world.errors import PopulationOutOfRange
from mizuhiki.world.family import story_household
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.offices import open_offices, publish_assessments, publish_ordinances
from mizuhiki.world.pension import enrol_residents
from mizuhiki.world.people import InventedHousehold, invent_households
from mizuhiki.world.progress import Progress
from mizuhiki.world.roster import FORMAT, ActingPerson, PhaseTime, Roster, StaffMember, write_roster
from mizuhiki.world.settled import Settled

PEOPLE_PER_MUNICIPALITY = 3
"""How many people of each municipality one can act as, beside the family of the story."""
ADULT = 20
FIRST_WORKING_AGE = 20
INCOME_STEPS = 60
INCOME_STEP_YEN = 100_000
LOWEST_INCOME_YEN = 900_000
LARGEST_POPULATION = 200_000
SMALLEST_POPULATION = 40


def _entry(number: int, household: InventedHousehold) -> HouseholdEntry:
    place = municipality(household.municipality_code)
    return HouseholdEntry(
        entry_id=f"founding-{number}",
        address=f"{place.prefecture}{place.full_name}{household.street}",
        resident_since=household.resident_since,
        registered_domicile=f"{place.prefecture}{place.full_name}{household.street}",
        members=tuple(
            MemberEntry(member.name, member.birth_date, member.sex, member.relationship) for member in household.members
        ),
    )


def require_population(population: int) -> None:
    """Go on when this many people can be invented.

    Raises:
        PopulationOutOfRange: too few for every municipality to have people, or too many for one machine.
    """
    if not SMALLEST_POPULATION <= population <= LARGEST_POPULATION:
        raise PopulationOutOfRange(population=population)


class Founding:
    """The phases of a founding, in order."""

    def __init__(self, nation: Nation, *, seed: int, population: int, progress: Progress, started_at: datetime) -> None:
        require_population(population)
        self._nation = nation
        self._seed = seed
        self._started_at = started_at
        self._population = population
        self._progress = progress
        self._today: date = nation.settings.clock.today()
        self._randomness: Randomness = SeededRandomness(f"mizuhiki world {seed}".encode())
        self._cities = [
            one.institution
            for one in nation.settings.planned
            if kind_of(one.institution) is InstitutionKind.MUNICIPALITY
        ]

    def found(self) -> Roster:
        """Found the country and return its roster; the roster is written last."""
        nation, phase = self._nation, self._progress.phase
        with phase("機関を立ち上げ、鍵を作る", "Build institutions and make their keys"):
            nation.apps()
        with phase("職員の席を開く", "Open the offices"):
            staff = open_offices(nation)
        with phase("特定個人情報保護評価を公表する", "Publish protection assessments"):
            publish_ordinances(nation, staff)
            publish_assessments(nation, staff)
        with phase("住民を登録し、個人番号を付ける", "Enter residents and number them"):
            settled = self._settle()
        with phase("本人確認情報を住基ネットで届ける", "Carry identification information through the network"):
            nation.pump()
        with phase("税と年金の記録を作る", "Write tax and pension records"):
            self._tax(settled)
            enrol_residents(nation, settled, self._today)
        agencies = Agencies(nation, self._randomness, self._today)
        with phase("雇用保険、健康保険、障害の記録を作る", "Write employment, health insurance and disability records"):
            agencies.found(settled)
        with phase("法人番号を指定し、公表する", "Designate and publish Corporate Numbers"):
            found_corporations(nation)
        with phase("機関別符号を取得し、副本を登録する", "Acquire pseudonyms and register local copies"):
            self._prepare_linkage()
            agencies.prepare_linkage()
            nation.pump()
        roster = self._roster(settled, staff)
        with phase("なりきれる人にカードを交付する", "Issue the cards of the people one can act as"):
            drawer = CardDrawer(nation, roster)
            for person in roster.people:
                drawer.open(person.key)
        roster = msgspec.structs.replace(roster, phases=self._phases())
        write_roster(nation.settings.data, roster)
        return roster

    def _phases(self) -> list[PhaseTime]:
        return [PhaseTime(one.title_ja, one.title_en, one.seconds) for one in self._progress.phases]

    def _context(self, city: InstitutionId, role: str, affair: str, basis: str, purpose: str) -> Context:
        return self._nation.context(city, role, affair, basis, purpose)

    def _settle(self) -> list[Settled]:
        family = story_household(self._today)
        households = [
            family,
            *invent_households(self._randomness, self._population - len(family.members), self._today),
        ]
        settled: list[Settled] = []
        for city in self._cities:
            own = [(number, one) for number, one in enumerate(households) if one.municipality_code == key_of(city)]
            context = self._context(city, "registrar", "resident-register", "番号法附則3条", "take over the register")
            entries = [_entry(number, household) for number, household in own]
            residents = iter(self._nation.operations(city).import_existing_residents(context, entries))
            settled += [Settled(household, tuple(next(residents) for _ in household.members)) for _, household in own]
        return settled

    def _tax(self, settled: Sequence[Settled]) -> None:
        """Give every adult a tax record of the current fiscal year at the place of 1 January."""
        year = fiscal_year(self._today)
        as_of = date(year, 1, 1)
        for city in self._cities:
            records = [
                self._tax_record(one, position, year, as_of)
                for one in settled
                if one.household.municipality_code == key_of(city)
                for position, member in enumerate(one.household.members)
                if legal_age_on(member.birth_date, as_of) >= ADULT
            ]
            context = self._context(city, "tax-officer", "local-tax", "地方税法", "assess municipal tax")
            self._nation.operations(city).register_tax_record(context, records)

    def _tax_record(self, settled: Settled, position: int, year: int, as_of: date) -> TaxRecord:
        children = sum(member.relationship is Relationship.CHILD for member in settled.household.members)
        return TaxRecord(
            resident=settled.residents[position],
            fiscal_year=year,
            total_income_yen=LOWEST_INCOME_YEN + self._randomness.below(INCOME_STEPS) * INCOME_STEP_YEN,
            deductions_yen=330_000,
            dependents=children if position == 0 else 0,
            taxed_as_of=as_of,
        )

    def _prepare_linkage(self) -> None:
        nation = self._nation
        pension = institution_id(InstitutionKind.PENSION_SERVICE)
        basis = "番号法21条の2"
        for city in self._cities:
            context = self._context(city, "linkage-officer", "local-tax", basis, "acquire pseudonyms")
            nation.operations(city).acquire_pseudonyms(context)
            nation.pump()
            officer = self._context(city, "tax-officer", "local-tax", "番号法22条", "register local copies")
            nation.operations(city).publish_local_copies(officer)
            context = self._context(city, "linkage-officer", "resident-register", "番号法22条", "register local copies")
            nation.operations(city).publish_resident_copies(context)
        context = self._context(pension, "linkage-officer", "national-pension", basis, "acquire pseudonyms")
        try:
            nation.operations(pension).acquire_pseudonyms(context)
        except LinkageNotYet as error:
            self._progress.tell(f"            {error.message}")
            return
        nation.pump()
        officer = self._context(pension, "linkage-officer", "national-pension", "番号法22条", "register local copies")
        nation.operations(pension).publish_local_copies(officer)

    def _roster(self, settled: Sequence[Settled], staff: Sequence[StaffMember]) -> Roster:
        family, others = settled[0], settled[1:]
        people = [
            self._acting(
                family,
                0,
                "parent",
                "物語の父。家族で港区へ引っ越し、児童手当を請求する",
                "The father of the story; moves and claims child allowance",
            ),
            self._acting(family, 1, "mother", "物語の母", "The mother of the story"),
        ]
        for city in self._cities:
            adults = [
                one
                for one in others
                if one.household.municipality_code == key_of(city)
                and legal_age_on(one.household.members[0].birth_date, self._today) >= ADULT
            ]
            place = municipality(key_of(city))
            people += [
                self._acting(
                    one, 0, f"{key_of(city)}-{number}", f"{place.name}の住民", f"A resident of {place.name_en}"
                )
                for number, one in enumerate(adults[:PEOPLE_PER_MUNICIPALITY], start=1)
            ]
        return Roster(
            version=__version__,
            format=FORMAT,
            seed=self._seed,
            population=self._population,
            world_date=self._today,
            started_at=self._started_at,
            people=people,
            staff=list(staff),
            phases=self._phases(),
        )

    @staticmethod
    def _acting(settled: Settled, position: int, key: str, who_ja: str, who_en: str) -> ActingPerson:
        member = settled.household.members[position]
        return ActingPerson(
            key=key,
            municipality=settled.household.municipality_code,
            resident=settled.residents[position],
            name=member.name.full,
            name_kana=member.name.full_kana,
            birth_date=member.birth_date,
            who_ja=who_ja,
            who_en=who_en,
            user_pin="7364",
            signature_pin="MIZUHIKI7364",
        )
