"""A returned card lives through anything that can happen; an oracle written from the ministry's flow chart watches.

The oracle knows no code of the system: it is the chart as a table of plain words, and days counted by hand.
"""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mizuhiki.institutions.municipality.domain.notice_errors import NoticeNotInState
from mizuhiki.institutions.municipality.domain.notice_forms import NoticeForm
from mizuhiki.institutions.municipality.domain.notices import (
    STEP_OF,
    IssueCause,
    Notice,
    NoticeState,
    Step,
    Treatment,
    finding_of,
    last_day_of_keeping,
    next_state,
    require_treatment,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.persons import ChangeReason

CHART: dict[str, dict[str, str]] = {
    "dead or not living": {"dispose": "given up"},
    "moved out": {"dispose": "given up"},
    "moved within": {
        "new-notice": "given up",
        "ask-to-visit": "asked",
        "endorse-and-hand-over": "with person",
        "endorse-and-resend": "on the way",
        "card-instead": "given up",
        "expire": "given up",
    },
    "nothing changed": {
        "ask-to-visit": "asked",
        "hand-over": "with person",
        "resend": "on the way",
        "card-instead": "given up",
        "expire": "given up",
    },
}
"""What the chart allows, by what the register says: treatment and where the card is then."""
SHOWS_DOCUMENTS = {"hand-over", "endorse-and-hand-over", "card-instead"}
WHERE = {
    NoticeState.SENT: "on the way",
    NoticeState.RESENT: "on the way",
    NoticeState.RETURNED: "kept",
    NoticeState.AWAITING_VISIT: "asked",
    NoticeState.HANDED_OVER: "with person",
    NoticeState.RETURN_REGISTERED: "given up",
    NoticeState.DISPOSED: "destroyed",
}
PERSONS = {
    "nothing changed": (RecordState.CURRENT, None, "市内町1"),
    "moved within": (RecordState.CURRENT, None, "市内町2"),
    "moved out": (RecordState.REMOVED, ChangeReason.MOVE_OUT, "市内町1"),
    "move announced": (RecordState.MOVING, None, "市内町2"),
    "dead": (RecordState.REMOVED, ChangeReason.DEATH, "市内町2"),
    "not living": (RecordState.REMOVED, ChangeReason.EX_OFFICIO_REMOVAL, "市内町1"),
}
CHART_OF = {"move announced": "moved out", "dead": "dead or not living", "not living": "dead or not living"}


class ReturnedCard(RuleBasedStateMachine):
    """The real rules beside the chart."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2015, 10, 20)
        self.person = "nothing changed"
        self.where = "on the way"
        self.back: date | None = None
        self.notice = Notice(
            notice="n",
            number="4520250000000001",
            resident="r",
            household="h",
            mailing="m",
            form=NoticeForm.CARD,
            cause=IssueCause.INITIAL,
            responsible="452025",
            printed_name="山田　太郎",
            printed_address="市内町1",
            state=NoticeState.SENT,
            prepared_on=self.today,
            sent_on=self.today,
        )

    @initialize(option=st.booleans())
    def choose_option(self, option: bool) -> None:  # noqa: FBT001 - hypothesis passes it by position
        self.option = option

    @rule(days=st.integers(0, 70))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(person=st.sampled_from(sorted(PERSONS)))
    def register_changes(self, person: str) -> None:
        if PERSONS[self.person][0] is not RecordState.REMOVED:
            self.person = person

    @rule()
    def post_brings_it_back(self) -> None:
        if self._try(Step.RETURN):
            assert self.where == "on the way"
            self.where, self.back = "kept", self.today
            self.notice = dataclasses.replace(
                self.notice, returned_on=self.today, kept_until=last_day_of_keeping(self.today)
            )
        else:
            assert self.where != "on the way"

    @rule(treatment=st.sampled_from(Treatment), documents=st.booleans())
    def somebody_treats_it(self, treatment: Treatment, documents: bool) -> None:  # noqa: FBT001 - as above
        wanted = self._wanted(treatment.value, documents=documents)
        done = self._treat(treatment, documents=documents)
        assert done is (wanted is not None), (self.where, self.person, treatment, documents)
        if wanted is not None:
            self.where = wanted

    @rule()
    def it_is_destroyed(self) -> None:
        done = self._try(Step.DISPOSE)
        assert done is (self.where == "given up")
        if done:
            self.where = "destroyed"

    def _wanted(self, treatment: str, *, documents: bool) -> str | None:
        """What the chart says."""
        if self.where not in {"kept", "asked"} or (self.where == "asked" and treatment == "ask-to-visit"):
            return None
        following = CHART[CHART_OF.get(self.person, self.person)].get(treatment)
        if treatment == "card-instead" and not self.option:
            return None
        if treatment in SHOWS_DOCUMENTS and not documents:
            return None
        if treatment == "expire" and not self._three_months_over():
            return None
        return following

    def _three_months_over(self) -> bool:
        assert self.back is not None
        first = self.back + timedelta(days=1)
        month = first.month + 3
        year, month = (first.year + 1, month - 12) if month > 12 else (first.year, month)
        after = [date(year, month, 1) + timedelta(days=n) for n in range(62)]
        corresponding = next(day for day in after if (day.month, day.day) == (month, first.day) or day.month != month)
        return self.today >= corresponding

    def _treat(self, treatment: Treatment, *, documents: bool) -> bool:
        state, reason, address = PERSONS[self.person]
        finding = finding_of(state=state, removal_reason=reason, address=address, printed_address="市内町1")
        try:
            require_treatment(
                treatment,
                finding=finding,
                kept_until=self.notice.kept_until or self.today,
                today=self.today,
                identity_checked=documents,
                counter_application=self.option,
            )
        except MizuhikiError:
            return False
        if self.notice.state not in {NoticeState.RETURNED, NoticeState.AWAITING_VISIT}:
            return False
        return self._try(STEP_OF[treatment])

    def _try(self, step: Step) -> bool:
        try:
            self.notice = dataclasses.replace(self.notice, state=next_state(self.notice.state, step))
        except NoticeNotInState:
            return False
        return True

    @invariant()
    def card_is_where_the_chart_has_it(self) -> None:
        assert WHERE[self.notice.state] == self.where


TestReturnedCard = pytest.mark.requirement("R-124")(ReturnedCard.TestCase)
TestReturnedCard.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
for _requirement in ("R-121", "R-122", "R-123", "R-125", "R-126"):
    TestReturnedCard = pytest.mark.requirement(_requirement)(TestReturnedCard)
