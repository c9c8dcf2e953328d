from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from mizuhiki.institutions.intermediate_server.domain.errors import NotWaiting
from mizuhiki.institutions.intermediate_server.store.tables import METADATA, PSEUDONYMS
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import intermediate_server as wire
from unit.institutions.intermediate_server.kit import (
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    Network,
    inquiry_of,
    items_of,
)

SERVER: Any = "intermediate-municipality-131130"


def _prepared(network: Network) -> tuple[wire.PreparedAcquisition, str]:
    prepared = network.prepare(ASKER, wire.Addressee(HERS, items_of()))
    return prepared, prepared.lines[0].acquisition_number


@pytest.mark.requirement("R-222")
def test_a_server_asks_with_its_own_signature_and_gets_the_pseudonym_from_the_core_alone(empty: Network) -> None:
    prepared, number = _prepared(empty)
    assert empty.held(ASKER, HERS).held == []
    delivery = empty.core.issue(prepared.acquisition, SERVER, [(number, empty.core.nation.person(), items_of())])
    with pytest.raises(PeerProblem) as refused:
        empty.core.register.call(SERVER, wire.RECEIVE_PSEUDONYMS, delivery)
    assert refused.value.peer_code == "caller-not-listed"
    assert empty.deliver(ASKER, delivery).reference == "1"
    assert empty.held(ASKER, HERS) == wire.HeldPseudonyms([HERS], [])


def test_an_addressee_with_a_pseudonym_is_not_acquired_again(network: Network) -> None:
    assert network.prepare(ASKER, wire.Addressee(HERS, items_of())) == wire.PreparedAcquisition("", [])


def test_a_delivery_that_comes_again_is_answered_as_the_first_time_and_changes_nothing(empty: Network) -> None:
    prepared, number = _prepared(empty)
    delivery = empty.core.issue(prepared.acquisition, SERVER, [(number, empty.core.nation.person(), items_of())])
    assert empty.deliver(ASKER, delivery) == empty.deliver(ASKER, delivery)
    assert empty.held(ASKER, HERS).held == [HERS]


def test_an_acquisition_number_is_spent_by_one_delivery_and_forgotten(empty: Network) -> None:
    prepared, number = _prepared(empty)
    line = (number, empty.core.nation.person(), items_of())
    empty.deliver(ASKER, empty.core.issue(prepared.acquisition, SERVER, [line]))
    with empty.server(ASKER).upkeep.store.transaction() as records:
        assert records.acquisition(number) is None
    with pytest.raises(PeerProblem) as refused:
        empty.deliver(ASKER, empty.core.issue(prepared.acquisition, SERVER, [line]))
    assert refused.value.peer_code == "acquisition-unknown"


def test_an_acquisition_expires(empty: Network) -> None:
    prepared, number = _prepared(empty)
    empty.clock.advance(timedelta(hours=1))
    delivery = empty.core.issue(prepared.acquisition, SERVER, [(number, empty.core.nation.person(), items_of())])
    with pytest.raises(PeerProblem) as refused:
        empty.deliver(ASKER, delivery)
    assert refused.value.peer_code == "acquisition-unknown"
    server = empty.server(ASKER)
    assert server.upkeep.purge_acquisitions(empty.officer(ASKER)) == 1


def test_one_unknown_line_leaves_the_whole_batch_out(empty: Network) -> None:
    prepared, number = _prepared(empty)
    persons = [empty.core.nation.person() for _ in range(2)]
    lines = [(number, persons[0], items_of()), ("unheard-of", persons[1], items_of())]
    with pytest.raises(PeerProblem) as refused:
        empty.deliver(ASKER, empty.core.issue(prepared.acquisition, SERVER, lines))
    assert refused.value.peer_code == "acquisition-unknown"
    assert empty.held(ASKER, HERS).held == []


@pytest.mark.parametrize("changed", [{"batch_id": "other"}, {"affair": "local-tax"}, {"acquisition_hash": b"x" * 32}])
def test_a_statement_about_another_acquisition_is_refused(empty: Network, changed: dict[str, Any]) -> None:
    prepared, number = _prepared(empty)
    delivery = empty.core.issue(
        prepared.acquisition, SERVER, [(number, empty.core.nation.person(), items_of())], **changed
    )
    with pytest.raises(PeerProblem) as refused:
        empty.deliver(ASKER, delivery)
    assert refused.value.peer_code == "statement-mismatch"


def test_an_addressee_whose_four_items_differ_is_blocked_until_they_agree(empty: Network) -> None:
    person = empty.core.nation.person()
    empty.enrol(ASKER, HERS, person, items_of(), registered=items_of(name="架空　次郎"))
    assert empty.held(ASKER, HERS) == wire.HeldPseudonyms([], [HERS])
    [case] = empty.server(ASKER).cases(empty.officer(ASKER))
    assert (case.kind, case.reference) == ("four-item-mismatch", HERS)
    assert "name" in case.detail
    assert "次郎" not in case.detail
    with pytest.raises(PeerProblem) as refused:
        empty.inquire(inquiry_of(HERS))
    assert refused.value.peer_code == "addressee-mismatch"
    empty.enrol(ASKER, HERS, person, items_of(name="架空　次郎"), registered=items_of(name="架空　次郎"))
    assert empty.held(ASKER, HERS) == wire.HeldPseudonyms([HERS], [])


def test_two_addressees_of_one_person_open_a_case_and_the_first_keeps_the_pseudonym(empty: Network) -> None:
    person = empty.core.nation.person()
    empty.enrol(ASKER, HERS, person)
    empty.enrol(ASKER, "100000000000002", person)
    assert empty.held(ASKER, HERS, "100000000000002").held == [HERS]
    assert [case.kind for case in empty.server(ASKER).cases(empty.officer(ASKER))] == ["double-addressee"]


def test_an_addressee_that_becomes_another_person_is_blocked(empty: Network) -> None:
    first, second = (empty.prepare(ASKER, wire.Addressee(HERS, items_of())) for _ in range(2))
    for prepared in (first, second):
        line = (prepared.lines[0].acquisition_number, empty.core.nation.person(), items_of())
        empty.deliver(ASKER, empty.core.issue(prepared.acquisition, SERVER, [line]))
    assert empty.held(ASKER, HERS).mismatched == [HERS]
    assert [case.kind for case in empty.server(ASKER).cases(empty.officer(ASKER))] == ["pseudonym-of-another-person"]


def test_only_the_portal_registers_accounts_without_four_items(empty: Network) -> None:
    with pytest.raises(PeerProblem) as refused:
        empty.prepare(ASKER, wire.Addressee(HERS, None))
    assert refused.value.peer_code == "four-items-missing"
    assert len(empty.prepare(PORTAL, wire.Addressee("900000000000001", None)).lines) == 1


@pytest.mark.requirement("R-221")
def test_no_table_has_a_place_for_an_individual_number(network: Network) -> None:
    columns = {column.name for table in METADATA.tables.values() for column in table.columns}
    assert not [name for name in columns if "individual" in name or "my_number" in name or "resident_record" in name]
    assert {column.name for column in PSEUDONYMS.columns} == {
        "place",
        "pseudonym_index",
        "pseudonym_encrypted",
        "addressee_number",
        "generation",
    }
    assert {"addressee_number", "four_items"} <= columns
    requests = (wire.AcquisitionRequest, wire.BusinessInquiry, wire.LocalCopies, wire.BusinessNotice)
    assert not [name for one in requests for name in msgspec.json.schema(one)["$defs"] if "Number" in name]


def test_pseudonyms_are_encrypted_and_two_servers_have_different_ones_of_one_person(network: Network) -> None:
    found = []
    for owner, addressee in ((ASKER, HERS), (HOLDER, "200000000000001")):
        store = network.server(owner).upkeep.store
        with store.transaction() as records:
            pseudonym = records.pseudonyms_of(addressee).get(1)
        assert pseudonym is not None
        found.append(pseudonym.reveal())
        with store._database.read() as connection:  # type: ignore[attr-defined]
            [row] = connection.execute(sa.select(PSEUDONYMS)).all()
        assert pseudonym.reveal() not in bytes(row.pseudonym_encrypted) + bytes(row.pseudonym_index)
    assert found[0] != found[1]


@pytest.mark.requirement("R-257")
def test_a_name_in_variant_characters_is_decided_by_a_person_and_by_nothing_else(empty: Network) -> None:
    ours, register = items_of("髙橋　花子"), items_of("高橋　花子")
    person = empty.core.nation.person()
    empty.enrol(ASKER, HERS, person, ours, registered=register)
    assert empty.held(ASKER, HERS) == wire.HeldPseudonyms([], [HERS])
    [case] = empty.server(ASKER).cases(empty.officer(ASKER))
    assert (case.kind, case.reference) == ("four-item-variant", HERS)
    assert "髙" not in case.detail
    empty.server(ASKER).upkeep.accept_variant(empty.officer(ASKER), case_id=case.case_id)
    assert empty.held(ASKER, HERS).mismatched == [HERS], "blocked until it is acquired again"
    empty.enrol(ASKER, HERS, person, ours, registered=items_of("高橋　花代"))
    assert empty.held(ASKER, HERS).mismatched == [HERS], "the decision was about one other way of writing"
    empty.enrol(ASKER, HERS, person, ours, registered=register)
    assert empty.held(ASKER, HERS) == wire.HeldPseudonyms([HERS], [])
    with pytest.raises(NotWaiting):
        empty.server(ASKER).upkeep.accept_variant(empty.officer(ASKER), case_id=case.case_id)
