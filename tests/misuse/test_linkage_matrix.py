"""Every interface group of linkage × every misuse: refused by name, or the reason why the cell cannot be.

The matrix is complete by test: nine groups, nine misuses. A cell that is refused does the misuse and names the code; a
cell that cannot be says why, and that it still cannot be is looked at in `test_linkage_left_out`. What no call to a
group can carry may still come back to it: then the answer is what is mixed, altered or stale.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from misuse.linkage_acts import (
    ALTERED,
    MISUSES,
    MIXED,
    NEW,
    NO_BASIS,
    NOBODY,
    REPLAY,
    STALE,
    UNPUBLISHED,
    WRONG_INSTITUTION,
    WRONG_ROLE,
    Act,
    again,
    answer_with_forged_ticket,
    assessed,
    deliver,
    forged,
    from_elsewhere,
    from_nobody,
    history_with,
    in_role,
    mixed,
    notice,
    notice_delivery,
    of_another_answer,
    of_another_history,
    outcome,
    provision_of,
    pseudonyms,
    stale_answer,
    stale_copy,
    told,
    without_assessment,
)
from misuse.test_linkage_left_out import LEFT_OUT
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.intermediate_server import InterfaceGroup as Group
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    AFFAIR,
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    THEIRS,
    Network,
    copy_of,
    inquiry_of,
    items_of,
    linked,
)
from unit.institutions.intermediate_server.whole import Nation


def by_real_converters(group: Group, misuse: str) -> bool:
    """Whether the real core and commission refuse; elsewhere it meets the server before or after anybody converts.

    What a provider refuses comes from converters that ask no permission, so that nobody but the provider refuses it.
    """
    if group is Group.PROVISION:
        return False
    return misuse in {NO_BASIS, UNPUBLISHED} or (group, misuse) == (Group.OWN_DATA, ALTERED)


REFUSED: dict[tuple[Group, str], tuple[str, Act]] = {}
for _group in Group:
    REFUSED[_group, NOBODY] = ("peer-unauthenticated", from_nobody(_group))
    REFUSED[_group, WRONG_INSTITUTION] = ("caller-not-listed", from_elsewhere(_group))
    REFUSED[_group, REPLAY] = ("request-replayed", again(_group))
REFUSED |= {
    (Group.INQUIRY, WRONG_ROLE): (
        "action-not-permitted",
        in_role("protection-officer", lambda s, c: s.inquire(c, request=None), lambda s, c: s.bulk.resume(c)),
    ),
    (Group.PROVISION, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "owner",
            lambda s, c: s.provide(c, sections=[], pseudonyms=[]),
        ),
    ),
    (Group.RECORDS, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.owner_view.records(c, after=None, limit=1)),
    ),
    (Group.COPIES, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "linkage-officer",
            lambda s, c: s.register_local_copies(c, copies=[]),
            lambda s, c: s.owner_view.check_copies(c, originals=[]),
        ),
    ),
    (Group.SECURITY, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.mark_addressee(c, addressee_number=HERS, protected=False)),
    ),
    (Group.SYSTEM, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.owner_view.state(c)),
    ),
    (Group.OWN_DATA, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.owner_view.own_data(c, addressee_number=HERS)),
    ),
    (Group.NOTICES, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "protection-officer",
            lambda s, c: s.notices.send(c, request=None),
            lambda s, c: s.notices.collect(c, addressee_number=ACCOUNT),
            lambda s, c: s.notices.take(c, notice=None, pseudonym=None),
        ),
    ),
    (Group.CODES, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "linkage-officer",
            lambda s, c: s.prepare_acquisition(c, affair=AFFAIR, addressees=[]),
            lambda s, c: s.prepare_acquisition.held(c, addressee_numbers=[]),
            lambda s, c: s.receive_pseudonyms(c, delivery=None, lines=[]),
        ),
    ),
    (Group.INQUIRY, NO_BASIS): (
        "no-statute-row",
        assessed(outcome(lambda: inquiry_of(HERS, kinds=["medical-insurance"]))),
    ),
    (Group.INQUIRY, UNPUBLISHED): ("assessment-not-published", outcome(lambda: inquiry_of(HERS))),
    (Group.PROVISION, NO_BASIS): (
        "no-statute-row",
        deliver(HOLDER, wire.PROVIDE, lambda n: provision_of(n, kinds=["medical-insurance"])),
    ),
    (Group.INQUIRY, ALTERED): ("answer-rejected", answer_with_forged_ticket),
    (Group.PROVISION, ALTERED): (
        "object-signature-invalid",
        deliver(HOLDER, wire.PROVIDE, lambda n: forged(provision_of(n))),
    ),
    (Group.NOTICES, ALTERED): (
        "object-signature-invalid",
        deliver(PORTAL, wire.RECEIVE_NOTICE, lambda n: forged(notice_delivery(n))),
    ),
    (Group.CODES, ALTERED): (
        "object-signature-invalid",
        deliver(ASKER, wire.RECEIVE_PSEUDONYMS, lambda n: forged(pseudonyms(n))),
    ),
    (Group.PROVISION, MIXED): (
        "envelope-signature-invalid",
        deliver(HOLDER, wire.PROVIDE, mixed(provision_of, "request-2")),
    ),
    (Group.NOTICES, MIXED): (
        "envelope-signature-invalid",
        deliver(PORTAL, wire.RECEIVE_NOTICE, mixed(notice_delivery, "n-2")),
    ),
    (Group.CODES, MIXED): (
        "envelope-signature-invalid",
        deliver(ASKER, wire.RECEIVE_PSEUDONYMS, mixed(pseudonyms, "100000000000008")),
    ),
    (Group.COPIES, STALE): (
        "no-layout",
        told(lambda n: n.register_copies(HOLDER, copy_of(THEIRS, version=2, layout_version="2017-11"))),
    ),
    (Group.NOTICES, UNPUBLISHED): (
        "assessment-not-published",
        told(lambda n: n.sealed(ASKER, wire.SEND_NOTICE, notice("n-1"), Acknowledgement)),
    ),
    (Group.NOTICES, NO_BASIS): (
        "affair-not-lawful",
        assessed(told(lambda n: n.sealed(ASKER, wire.SEND_NOTICE, notice("n-1", "no-such-affair"), Acknowledgement))),
    ),
    (Group.CODES, NO_BASIS): (
        "affair-not-lawful",
        told(
            lambda n: n.sealed(
                ASKER,
                wire.PREPARE_ACQUISITION,
                wire.AcquisitionRequest("no-such-affair", [wire.Addressee(NEW, items_of())]),
                wire.PreparedAcquisition,
            )
        ),
    ),
    (Group.PROVISION, UNPUBLISHED): ("ticket-mismatch", without_assessment),
    (Group.INQUIRY, MIXED): ("answer-rejected", of_another_answer),
    (Group.INQUIRY, STALE): ("answer-rejected", stale_answer),
    (Group.PROVISION, STALE): ("no-data", stale_copy),
    (Group.OWN_DATA, NO_BASIS): ("challenge-for-another-context", history_with("another-request")),
    (Group.OWN_DATA, MIXED): ("envelope-signature-invalid", of_another_history),
    (Group.OWN_DATA, ALTERED): ("card-signature-invalid", history_with(challenge_signed=b"something else")),
}

READING = {NOBODY, WRONG_INSTITUTION, WRONG_ROLE, REPLAY}
"""Misuses that leave a place as it was: their cells share one."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Network]:
    place = linked()
    yield place
    place.close()


def founded(*, real: bool) -> Network:
    """A place of its own: with the real core and commission, or with a core that can be made to misbehave."""
    if not real:
        return linked()
    place = Nation()
    person = place.core.nation.person()
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        place.acquire(owner, addressee, person)
    return place


def test_every_cell_is_refused_by_name_or_left_out_for_a_reason() -> None:
    cells = {(group, misuse) for group in Group for misuse in MISUSES}
    assert len(cells) == 81
    assert REFUSED.keys() | LEFT_OUT.keys() == cells
    assert not REFUSED.keys() & LEFT_OUT.keys()


@pytest.mark.requirement("R-029", "R-031")
@pytest.mark.parametrize(("group", "misuse"), list(REFUSED), ids=lambda part: getattr(part, "name", part))
def test_the_misuse_is_refused_by_name(shared: Network, group: Group, misuse: str) -> None:
    code, act = REFUSED[group, misuse]
    place = shared if misuse in READING else founded(real=by_real_converters(group, misuse))
    try:
        assert act(place) == code
    finally:
        if place is not shared:
            place.close()
