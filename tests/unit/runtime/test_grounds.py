# Fixtures and fakes are typed by what they stand in for; a transaction and what fails in it belong together:
# ruff: noqa: ANN001
"""Clock, context, authority, gate, directory, problems: the grounds every operation stands on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.runtime.authority import ActionNotPermitted, Authority, PolicyUnreadable
from mizuhiki.runtime.clock import FixedClock, SystemClock, WorldClock
from mizuhiki.runtime.context import Actor, Context, ContextMissing
from mizuhiki.runtime.directory import Directory, DirectoryUnreadable, NotInDirectory
from mizuhiki.runtime.gate import Disclosure, MarkedSubjectsGate, Withheld
from mizuhiki.runtime.problems import PROBLEM_TYPE, PeerProblem, error_from, internal_problem, problem_for
from mizuhiki.vocabulary.errors import FAMILIES, MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from support.environment import TEST_INSTANT, make_directory, make_directory_entry

PEER = InstitutionId("linkage-core")
CLOCK = FixedClock(TEST_INSTANT)


def context(role: str = "clerk", **changes: str) -> Context:
    grounds = {"affair": "resident-register", "legal_basis": "住基法7条", "purpose": "entry", "trace": "t"} | changes
    return Context(Actor(PEER, role), clock=CLOCK, **grounds)


class TestClock:
    def test_the_day_is_the_day_in_japan(self) -> None:
        clock = FixedClock(datetime(2019, 12, 1, 14, 59, tzinfo=UTC))
        assert clock.today() == date(2019, 12, 1)
        clock.advance(timedelta(minutes=1))
        assert clock.today() == date(2019, 12, 2)

    def test_a_world_begins_at_nine_in_japan_on_its_date(self) -> None:
        clock = WorldClock(date(2019, 12, 2))
        passed = clock.now() - datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
        assert timedelta() <= passed < timedelta(minutes=1)
        assert clock.today() == date(2019, 12, 2)

    def test_processes_of_one_world_agree_when_told_when_it_started(self) -> None:
        started = SystemClock().now() - timedelta(hours=5)
        first, second = (WorldClock(date(2019, 12, 2), started_at=started) for _ in range(2))
        assert abs(first.now() - second.now()) < timedelta(seconds=10)
        assert first.now() - datetime(2019, 12, 2, 5, 0, tzinfo=UTC) < timedelta(minutes=1)

    def test_naive_instants_are_refused(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            FixedClock(TEST_INSTANT.replace(tzinfo=None))


class TestContext:
    @pytest.mark.parametrize("name", ["affair", "legal_basis", "purpose", "trace"])
    @pytest.mark.parametrize("empty", ["", " ", "　"])
    def test_no_ground_may_be_empty(self, name: str, empty: str) -> None:
        with pytest.raises(ContextMissing) as caught:
            context(**{name: empty})
        assert caught.value.fields == {"missing": name}

    def test_a_role_is_needed(self) -> None:
        with pytest.raises(ContextMissing):
            context(role="")


POLICY = """
[roles.clerk]
basis = "住基法7条"
actions = ["register-birth", "register-death"]
[roles.officer]
basis = "住基法11条"
actions = ["lift-measure"]
"""


class TestAuthority:
    @pytest.mark.requirement("R-029")
    def test_exactly_the_listed_pairs_are_permitted(self) -> None:
        authority = Authority.from_toml(POLICY)
        permitted = {(row.role, row.action) for row in authority.rows()}
        actions = ("register-birth", "register-death", "lift-measure", "other", "")
        for role in ("clerk", "officer", "peer", "Clerk"):
            for action in actions:
                if (role, action) in permitted:
                    assert authority.require(context(role), action).basis
                else:
                    with pytest.raises(ActionNotPermitted):
                        authority.require(context(role), action)
        assert len(permitted) == 3

    @pytest.mark.parametrize(
        "text",
        [
            "roles",
            "[role.a]\nbasis='x'\nactions=['a']",
            "[roles.a]\nactions=['a']",
            "[roles.a]\nbasis=' '\nactions=['a']",
            "[roles.a]\nbasis='x'\nactions=[]",
            "[roles.a]\nbasis='x'\nactions=['a','a']",
            "[roles.a]\nbasis='x'\nactions=['a']\nextra=1",
        ],
    )
    def test_a_table_that_does_not_say_everything_stops_the_start(self, text: str) -> None:
        with pytest.raises(PolicyUnreadable):
            Authority.from_toml(text)


class TestGate:
    DISCLOSURE = Disclosure(subject="s1", channel="register-copy", recipient="spouse", content="address")

    def test_a_marked_subject_is_withheld_on_every_channel_without_being_named(self) -> None:
        gate = MarkedSubjectsGate({"s1"}.__contains__)
        for channel in ("register-copy", "kiosk", "linkage"):
            with pytest.raises(Withheld) as caught:
                gate.check(context(), Disclosure("s1", channel, "spouse", "address"))
            assert "s1" not in str(caught.value) + str(caught.value.fields)
        gate.check(context(), Disclosure("s2", "kiosk", "self", "copy"))

    def test_lifting_holds_for_that_disclosure_only(self) -> None:
        gate = MarkedSubjectsGate({"s1"}.__contains__, lambda _context, disclosure: disclosure == self.DISCLOSURE)
        gate.check(context(), self.DISCLOSURE)
        with pytest.raises(Withheld):
            gate.check(context(), Disclosure("s1", "register-copy", "somebody-else", "address"))


class TestDirectory:
    def test_a_directory_survives_its_file(self) -> None:
        directory = make_directory()
        again = Directory.from_json(directory.to_json())
        assert sorted(again, key=str) == sorted(directory, key=str)
        assert again.by_host("portal.localhost").institution == "portal"
        assert [e.institution for e in again.of_kind(InstitutionKind.PREFECTURE)] == [
            "prefecture-01",
            "prefecture-13",
            "prefecture-45",
        ]

    def test_unknown_and_doubled_entries_are_refused(self) -> None:
        entry = make_directory_entry(PEER)
        with pytest.raises(DirectoryUnreadable):
            Directory([entry, entry])
        with pytest.raises(NotInDirectory):
            Directory([entry]).entry(InstitutionId("portal"))
        with pytest.raises(DirectoryUnreadable):
            Directory.from_json(b'[{"institution":1}]')


def every_error() -> list[type[MizuhikiError]]:
    found: list[type[MizuhikiError]] = []
    waiting = list(FAMILIES)
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return found


class TestProblems:
    @given(st.sampled_from(every_error()), st.text(max_size=50), st.text(max_size=20))
    def test_every_error_arrives_in_a_fitting_family_with_its_code(self, kind, message: str, value: str) -> None:
        error = MizuhikiError.__new__(kind)
        MizuhikiError.__init__(error, message, name=value)
        document = problem_for(error, "trace")
        arrived = error_from(PEER, document.status, document.encode())
        assert arrived.peer_code == kind.code
        assert arrived.peer == PEER
        assert arrived.detail == (message or kind.title)
        # A fault of the peer never looks like a fault of ours, and a refusal never like an outage.
        assert (arrived.status >= 500) == (kind.status >= 500)

    @given(st.integers(min_value=100, max_value=599).filter(lambda status: status != 200), st.binary(max_size=200))
    def test_any_answer_at_all_becomes_an_error_of_ours(self, status: int, body: bytes) -> None:
        error = error_from(PEER, status, body)
        assert isinstance(error, PeerProblem)
        assert error.peer == PEER
        assert all(isinstance(value, str) for value in error.fields.values())

    @given(st.text(max_size=80))
    def test_what_does_not_look_like_a_code_is_not_carried_on_as_one(self, text: str) -> None:
        body = problem_for(MizuhikiError(peer_code=text), "t").encode()
        code = error_from(PEER, 403, body).peer_code
        assert code.isascii()
        assert code.replace("-", "").isalnum()

    def test_the_internal_problem_says_nothing_but_the_trace(self) -> None:
        problem = internal_problem("trace-1")
        assert (problem.code, problem.trace, problem.fields) == ("internal", "trace-1", {})
        assert PROBLEM_TYPE == "application/problem+json"
