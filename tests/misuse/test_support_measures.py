"""Nothing about a protected person reaches a counter, unless another person lifted it for this one piece of work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.municipality.domain.allowance_cases import ChildAllowanceApplication
from mizuhiki.institutions.municipality.domain.errors import LiftNotWaiting, SameOfficerMayNotLift
from mizuhiki.institutions.municipality.domain.moves import MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.municipality.store.tables import AUDIT
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from support.municipality import ADDRESS, MIYAKONOJO, Country, family, intake, make_country
from support.pages import PASSPHRASE, Browser

SECRETS = ("山田", "ヤマダ", "姫城町", "1985", "昭和60年", "花子", "一郎")
"""Parts of names, reading, address and birth dates of the family."""
STAFF = {"hanako": "counter-clerk", "saburo": "counter-clerk", "shien": "support-officer", "zei": "tax-officer"}


@dataclass
class Counter:
    """One municipality with a protected father, and his case."""

    country: Country
    residents: list[str]
    household: str
    case: str
    measure: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    requests: int = 0

    @property
    def office(self) -> MunicipalityOperations:
        operations = self.country.apps[MIYAKONOJO].operations
        assert isinstance(operations, MunicipalityOperations)
        return operations

    def browser(self, account: str = "hanako") -> Browser:
        if account not in self.browsers:
            self.browsers[account] = Browser(self.country.apps[MIYAKONOJO], account)
        return self.browsers[account]

    def by(self, account: str) -> Context:
        """Grounds of one new request of an account."""
        self.requests += 1
        context = self.country.context(STAFF[account], person=account)
        return Context(
            context.actor, context.affair, context.legal_basis, context.purpose, context.clock, f"r-{self.requests}"
        )

    def lift(self, work: Work, clerk: str = "hanako") -> str:
        lift = self.office.ask_for_lift(self.by(clerk), self.measure, work, "the person stands here")
        self.office.decide_lift(self.by("shien"), lift, grant=True)
        return lift

    def audited(self, event: str) -> list[tuple[str | None, str]]:
        database = Database(self.country.databases[MIYAKONOJO])
        with database.read() as connection:
            rows = connection.execute(sa.select(AUDIT.events).where(AUDIT.events.c.event == event)).all()
        database.dispose()
        return [(row.actor_person, row.outcome) for row in rows]


@pytest.fixture
def counter() -> Iterator[Counter]:
    yield from opened(None)


@pytest.fixture
def stored(database_url: str) -> Iterator[Counter]:
    """The same on both databases."""
    yield from opened(database_url)


def opened(database_url: str | None) -> Iterator[Counter]:
    country = make_country(database_url)
    office = country.apps[MIYAKONOJO].operations
    for account, role in STAFF.items():
        office.add_staff(account, account.title(), role, PASSPHRASE)
    residents = office.import_existing_residents(country.context("registrar"), [family()])
    clerk = country.context("counter-clerk")
    record = office.resident(clerk, residents[0])
    application = ChildAllowanceApplication(
        "claim-request-1", residents[0], (residents[2],), clerk.today(), intake(record.number.reveal()), "YAMADA TARO"
    )
    case = office.apply_child_allowance(country.context("counter-clerk", "child-allowance"), application)
    found = Counter(country, residents, record.household, case)
    found.measure = office.start_measure(found.by("shien"), residents[0], "application, police")
    yield found
    country.close()


def paths(counter: Counter) -> list[str]:
    """Every page that shows something about a resident, for each of the family."""
    of_people = [
        f"/residents/{resident}/{page}"
        for resident in counter.residents
        for page in ("numbering", "card", "tax", "history")
    ]  # fmt: skip
    house = f"/households/{counter.household}"
    of_house = [
        house,
        f"{house}/events",
        f"{house}/events/death",
        f"{house}/events/head-change",
        f"{house}/birth",
        f"{house}/move-out",
        f"{house}/allowance",
        f"/moves-in/{counter.household}",
    ]
    return [*of_people, *of_house, f"/births/{counter.residents[2]}", f"/cases/{counter.case}"]


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.requirement("R-076", "R-079", "R-080")
def test_every_page_about_the_person_or_household_is_refused_with_the_rule(counter: Counter) -> None:
    for account in ("hanako", "zei"):
        browser = counter.browser(account)
        for path in paths(counter):
            answer = browser.get(path)
            assert answer.status_code == 403, path
            assert leaks(answer.text) == [], path
            if "support measure" in answer.text:
                assert "住民基本台帳法12条6項" in answer.text
    clerk = counter.browser("hanako").get(f"/households/{counter.household}")
    assert "A support measure protects this record" in clerk.text


def test_lists_tell_that_there_is_something_and_nothing_else(counter: Counter) -> None:
    browser = counter.browser()
    for query in ({"name": "山田"}, {"birth_date": "1985-02-03"}, {"address": "姫城町"}, {"name_kana": "ヤマダ"}):
        answer = browser.post("/search", query)
        assert answer.status_code == 200
        table = answer.text[answer.text.index("<table") : answer.text.index("</table>")]
        assert table.count("Record under a support measure") == 1
        assert leaks(table) == []
        assert counter.household not in answer.text
        assert [token for token in counter.residents if token in answer.text] == []
    for path in ("/", "/journal", "/cases", "/tasks", "/events"):
        assert leaks(browser.get(path).text) == [], path
        assert [token for token in counter.residents if token in browser.get(path).text] == [], path


def test_the_same_pages_open_for_people_without_a_measure(counter: Counter) -> None:
    counter.office.end_measure(counter.by("shien"), counter.measure)
    clerk = counter.browser()
    for path in paths(counter):
        if not path.endswith("/tax"):
            assert clerk.get(path).status_code in {200, 303}, path
    assert "山田" in clerk.post("/search", {"name": "山田"}).text


def test_names_and_birth_dates_are_never_taken_from_an_address(counter: Counter) -> None:
    counter.office.end_measure(counter.by("shien"), counter.measure)
    answer = counter.browser().get("/search?name=山田&birth_date=1985-02-03")
    assert "<table" not in answer.text
    assert counter.audited("register-searched") == []
    assert counter.office.search_residents(counter.by("hanako"), ResidentQuery(name="山田")).shown
    assert re.search(r'<form action="/search" method="post"', counter.browser().get("/").text)


@pytest.mark.requirement("R-081")
def test_a_lift_is_for_one_look_of_one_clerk(counter: Counter) -> None:
    counter.lift(Work.HOUSEHOLD)
    page = f"/households/{counter.household}"
    assert counter.browser("saburo").get(page).status_code == 403
    assert counter.browser("hanako").get(f"/cases/{counter.case}").status_code == 403
    opened = counter.browser("hanako").get(page)
    assert opened.status_code == 200
    assert "山田" in opened.text
    assert counter.browser("hanako").get(page).status_code == 403
    assert [who for who, _work in counter.audited("lift-used")] == ["hanako"]


@pytest.mark.requirement("R-081")
@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (15, 403)])
def test_a_lift_locks_itself_when_its_time_is_over(counter: Counter, minutes: int, status: int) -> None:
    counter.lift(Work.HOUSEHOLD)
    counter.browser()  # signed in before the clock moves
    counter.country.clock.advance(timedelta(minutes=minutes))
    counter.browsers.clear()
    assert counter.browser().get(f"/households/{counter.household}").status_code == status


def test_a_form_with_steps_has_few_requests_and_then_locks(counter: Counter) -> None:
    counter.lift(Work.MOVE_OUT)
    page = f"/households/{counter.household}/move-out"
    assert [counter.browser().get(page).status_code for _ in range(7)] == [200] * 6 + [403]


@pytest.mark.requirement("R-078")
def test_nobody_lifts_for_themselves(counter: Counter) -> None:
    lift = counter.office.ask_for_lift(counter.by("hanako"), counter.measure, Work.HOUSEHOLD, "reason")
    same = counter.country.context("support-officer", person="hanako")
    with pytest.raises(SameOfficerMayNotLift):
        counter.office.decide_lift(same, lift, grant=True)
    assert counter.browser().get(f"/households/{counter.household}").status_code == 403


@pytest.mark.requirement("R-079")
def test_no_other_role_marks_or_lifts(counter: Counter) -> None:
    lift = counter.office.ask_for_lift(counter.by("hanako"), counter.measure, Work.HOUSEHOLD, "reason")
    for role in ("counter-clerk", "mayor", "approver", "registrar", "tax-officer", "linkage-officer", "machinery"):
        context = counter.country.context(role, person="x")
        for act in (
            lambda context=context: counter.office.decide_lift(context, lift, grant=True),
            lambda context=context: counter.office.end_measure(context, counter.measure),
            lambda context=context: counter.office.renew_measure(context, counter.measure),
            lambda context=context: counter.office.start_measure(context, counter.residents[1], "reason"),
            lambda context=context: counter.office.measures(context),
        ):
            with pytest.raises(ActionNotPermitted):
                act()
    assert counter.browser().get("/support-measures").status_code == 403
    assert counter.browser().post(f"/support-measures?do=grant&of={lift}").status_code == 403


def test_a_declined_or_closed_lift_opens_nothing_and_is_decided_once(counter: Counter) -> None:
    lift = counter.office.ask_for_lift(counter.by("hanako"), counter.measure, Work.HOUSEHOLD, "reason")
    counter.office.decide_lift(counter.by("shien"), lift, grant=False)
    with pytest.raises(LiftNotWaiting):
        counter.office.decide_lift(counter.by("shien"), lift, grant=True)
    closed = counter.lift(Work.HOUSEHOLD)
    counter.office.close_lift(counter.by("shien"), closed)
    with pytest.raises(UnderSupportMeasure):
        counter.office.household_view(counter.by("hanako"), counter.household)


@pytest.mark.requirement("R-077")
def test_the_officer_and_the_clerk_do_all_of_it_on_pages_and_it_is_audited(stored: Counter) -> None:
    counter = stored
    officer, clerk = counter.browser("shien"), counter.browser("hanako")
    ask = f"/support-measures/{counter.measure}/ask"
    assert clerk.post(ask, {"work": "household", "reason": ""}).status_code == 422
    assert clerk.post(ask, {"work": "household", "reason": "photo card seen"}).status_code == 303
    assert "Waits for the officer" in clerk.get(ask).text
    listed = officer.get("/support-measures").text
    [lift] = set(re.findall(r"do=grant&amp;of=([\w-]+)", listed))
    assert officer.post(f"/support-measures?do=grant&of={lift}").status_code == 303
    way = clerk.get(f"/support-measures/lifts/{lift}")
    assert way.headers["Location"].endswith(f"/households/{counter.household}")
    assert "山田" in clerk.get(f"/households/{counter.household}").text
    assert "Locked again" in clerk.get(ask).text
    assert officer.post(f"/support-measures?do=renew&of={counter.measure}").status_code == 303
    assert officer.post(f"/support-measures?do=end&of={counter.measure}").status_code == 303
    assert clerk.get(f"/households/{counter.household}").status_code == 200
    mark = f"/residents/{counter.residents[0]}/support-measure"
    assert officer.post(mark, {"reason": ""}).status_code == 422
    assert officer.post(mark, {"reason": "again"}).status_code == 303
    assert clerk.get(f"/households/{counter.household}").status_code == 403
    for event in ("lift-asked", "lift-granted", "lift-used", "protection-renewed", "protection-lifted"):
        assert len(counter.audited(event)) == 1, event
    assert len(counter.audited("protection-marked")) == 2
    assert counter.audited("disclosure-withheld")
    assert officer.post("/support-measures?do=nothing&of=x").status_code == 400


@pytest.mark.requirement("R-076")
def test_the_officer_names_on_a_page_the_one_municipality_that_a_protected_family_moves_to(counter: Counter) -> None:
    form = MoveOutForm(
        "out", tuple(counter.residents), date(2019, 12, 2), "東京都渋谷区宇田川町1-1", date(2019, 12, 2), "self"
    )
    reference = counter.office.register_move_out(counter.by("hanako"), form)
    way = f"/support-measures?do=transfer&of={reference}"
    assert counter.browser("hanako").post(way, {"to_municipality": "131130"}).status_code == 403
    officer = counter.browser("shien")
    shown = officer.get("/support-measures").text
    assert "Moves of protected families" in shown
    assert reference in shown
    assert officer.post(way, {"to_municipality": "999999"}).status_code >= 400
    assert officer.post(way, {"to_municipality": "452025"}).status_code >= 400, "not to where they live now"
    assert not counter.audited("measure-transfer-approved")
    assert officer.post(way, {"to_municipality": "131130"}).status_code == 303
    assert len(counter.audited("measure-transfer-approved")) == 1
    decided = officer.get("/support-measures").text
    assert "Goes to" in decided
    assert "do=transfer" not in decided
    assert officer.post(way, {"to_municipality": "011002"}).status_code >= 400, "decided once"


def test_the_menu_offers_what_the_role_may_do(counter: Counter) -> None:
    assert 'href="/support-measures"' in counter.browser("shien").get("/").text
    assert 'href="/support-measures"' not in counter.browser("hanako").get("/").text
    assert 'href="/move-in"' not in counter.browser("zei").get("/").text
    assert ADDRESS not in counter.browser("shien").get("/support-measures/none/ask").text
