"""Protection assessments: the level the guideline demands, and the way from submission to publication."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.commission.domain.assessments import Level, required_level
from mizuhiki.institutions.commission.domain.errors import AssessmentStepImpossible, AssessmentUnknown
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import commission
from unit.institutions.linkage_core.kit import COMMISSION, Linkage

ORDER = [Level.NOT_REQUIRED, Level.BASIC, Level.PRIORITY, Level.ALL]


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    yield linkage
    linkage.close()


@pytest.mark.requirement("R-024", "R-263")
@pytest.mark.parametrize(
    ("persons", "calm", "at_risk"),
    [
        (0, Level.NOT_REQUIRED, Level.NOT_REQUIRED),
        (999, Level.NOT_REQUIRED, Level.NOT_REQUIRED),
        (1_000, Level.BASIC, Level.BASIC),
        (9_999, Level.BASIC, Level.BASIC),
        (10_000, Level.BASIC, Level.PRIORITY),
        (99_999, Level.BASIC, Level.PRIORITY),
        (100_000, Level.PRIORITY, Level.ALL),
        (299_999, Level.PRIORITY, Level.ALL),
        (300_000, Level.ALL, Level.ALL),
    ],
)
def test_the_level_follows_the_guidelines_table(persons: int, calm: Level, at_risk: Level) -> None:
    assert required_level(persons=persons, handlers=499, serious_accident=False) is calm
    assert required_level(persons=persons, handlers=500, serious_accident=False) is at_risk
    assert required_level(persons=persons, handlers=0, serious_accident=True) is at_risk


@given(
    persons=st.integers(0, 10**6), more=st.integers(0, 10**6), handlers=st.integers(0, 10**4), accident=st.booleans()
)
def test_more_persons_never_lower_the_level(persons: int, more: int, handlers: int, *, accident: bool) -> None:
    before = required_level(persons=persons, handlers=handlers, serious_accident=accident)
    after = required_level(persons=persons + more, handlers=handlers, serious_accident=accident)
    assert ORDER.index(before) <= ORDER.index(after)


def test_a_submitted_assessment_is_published_by_an_officer_and_by_nobody_else(place: Linkage) -> None:
    receipt = place.publish_assessment(publish=False)
    assert (receipt.level, receipt.state) == ("basic-items", "submitted")
    operations = place.commission.operations
    for role in ("inspector", "peer"):
        with pytest.raises(ActionNotPermitted):
            operations.publish_assessment(place.staff(COMMISSION, role), receipt.assessment_id)
    officer = place.staff(COMMISSION, "assessment-officer")
    published = operations.publish_assessment(officer, receipt.assessment_id)
    assert (published.state, published.published_at) == ("published", place.clock.now())
    with pytest.raises(AssessmentStepImpossible):
        operations.publish_assessment(officer, receipt.assessment_id)
    with pytest.raises(AssessmentUnknown):
        operations.publish_assessment(officer, "unknown")


def test_a_withdrawn_assessment_cannot_be_published_again(place: Linkage) -> None:
    officer = place.staff(COMMISSION, "assessment-officer")
    receipt = place.publish_assessment()
    place.commission.operations.withdraw_assessment(officer, receipt.assessment_id)
    for step in (place.commission.operations.publish_assessment, place.commission.operations.withdraw_assessment):
        with pytest.raises(AssessmentStepImpossible):
            step(officer, receipt.assessment_id)


def test_the_same_submission_again_changes_nothing_and_another_content_is_refused(place: Linkage) -> None:
    first = place.publish_assessment()
    assert place.publish_assessment(publish=False).assessment_id == first.assessment_id
    assert place.publish_assessment(publish=False).state == "published"
    submission = commission.AssessmentSubmission(
        submission_id="child-allowance-20000",
        affair="child-allowance",
        title="another",
        persons=20_000,
        handlers=1,
        serious_accident=False,
        document_digest=sha256(b"another"),
    )
    with pytest.raises(PeerProblem) as caught:
        place.municipality.call(COMMISSION, commission.SUBMIT_ASSESSMENT, submission)
    assert caught.value.peer_code == "assessment-submission-changed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"persons": -1}, "assessment-submission-malformed"),
        ({"title": " "}, "assessment-submission-malformed"),
        ({"document_digest": b"short"}, "assessment-submission-malformed"),
        ({"affair": "marketing"}, "affair-not-lawful"),
    ],
)
def test_a_submission_with_impossible_values_is_refused(place: Linkage, changes: dict[str, object], code: str) -> None:
    submission = commission.AssessmentSubmission(
        submission_id="s",
        affair="child-allowance",
        title="title",
        persons=20_000,
        handlers=1,
        serious_accident=False,
        document_digest=sha256(b"document"),
    )
    with pytest.raises(PeerProblem) as caught:
        place.municipality.call(
            COMMISSION, commission.SUBMIT_ASSESSMENT, msgspec.structs.replace(submission, **changes)
        )
    assert caught.value.peer_code == code


def test_a_file_below_a_thousand_persons_needs_no_assessment(place: Linkage) -> None:
    receipt = place.publish_assessment(persons=999, publish=False)
    assert (receipt.level, receipt.state) == ("not-required", "exempt")
    assert place.commission.operations.store.assessment_allows(place.asker.owner, "child-allowance")
    assert not place.commission.operations.store.assessment_allows(place.provider.owner, "child-allowance")


def test_every_step_is_kept_with_who_did_it(place: Linkage) -> None:
    place.publish_assessment()
    database = place.commission.operations.store._database
    with database.read() as connection:
        steps = connection.exec_driver_sql("SELECT state, actor, role FROM assessment_steps ORDER BY id").all()
    assert [tuple(step) for step in steps] == [
        ("submitted", "municipality-452025", "peer"),
        ("published", "officer", "assessment-officer"),
    ]
