"""The nine interface groups, and those that tell the owner what is held (R-219)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import mizuhiki.institutions.intermediate_server as package
from mizuhiki.institutions.intermediate_server.domain.copies import Drift, compare_copies
from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy
from mizuhiki.runtime.problems import PeerNotFound, PeerRefused
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.common.v1 import KEY_SET
from mizuhiki.wire.endpoint import Acknowledgement
from unit.institutions.intermediate_server.kit import ASKER, HERS, HOLDER, THEIRS, Network, copy_of, inquiry_of, linked

README = (Path(package.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.requirement("R-219")
def test_every_endpoint_belongs_to_exactly_one_of_the_nine_groups() -> None:
    grouped = [endpoint.name for members in wire.GROUPS.values() for endpoint in members]
    assert len(wire.GROUPS) == len(wire.InterfaceGroup) == 9
    assert sorted(grouped) == sorted(one.name for one in (*wire.ENDPOINTS, KEY_SET))
    assert wire.group_of(wire.INQUIRE) is wire.InterfaceGroup.INQUIRY


def test_the_readme_lists_the_groups_as_they_are_declared() -> None:
    for group, members in wire.GROUPS.items():
        names = ", ".join(f"`{one.name.partition('.')[2]}`" for one in members)
        assert f"| {group.name_ja} | {group.name_en} | {names} |" in README


def test_own_records_come_page_by_page(network: Network) -> None:
    for number in range(5):
        network.inquire(inquiry_of(HERS, f"request-{number}"))
    found: list[wire.OwnRecord] = []
    request = wire.OwnRecordsRequest(limit=2)
    while True:
        page = network.owners[ASKER].call_sealed(f"intermediate-{ASKER}", wire.OWN_RECORDS, request, wire.OwnRecords)
        found += page.records
        if not page.more:
            break
        request = wire.OwnRecordsRequest(
            after=page.records[-1].recorded_at, after_number=page.records[-1].exchange_number, limit=2
        )
    assert len({one.exchange_number for one in found}) == len(found) == 5
    assert {(one.inquirer, one.provider, one.outcome) for one in found} == {(ASKER, HOLDER, "provided")}


def test_copies_are_compared_with_their_originals(network: Network) -> None:
    other = copy_of(THEIRS, fiscal_year=2018, version=3)
    network.register_copies(HOLDER, other)
    newer = replace_items(copy_of(THEIRS), "total_income_yen", 1)
    check = wire.CopiesCheck(originals=[newer, copy_of(THEIRS, fiscal_year=2020)])
    report = network.sealed(HOLDER, wire.CHECK_LOCAL_COPIES, check, wire.CopiesReport)
    assert report.agreeing == 0
    assert [(one.fiscal_year, one.finding, one.items) for one in report.findings] == [
        (2018, "unasked-for", []),
        (2019, "differs", ["total_income_yen"]),
        (2020, "missing", []),
    ]
    whole = wire.CopiesCheck(originals=[copy_of(THEIRS), other])
    assert network.sealed(HOLDER, wire.CHECK_LOCAL_COPIES, whole, wire.CopiesReport) == wire.CopiesReport(2, [])


def replace_items(copy: wire.LocalCopy, name: str, value: int) -> wire.LocalCopy:
    return wire.LocalCopy(
        **{**{field: getattr(copy, field) for field in copy.__struct_fields__}, "items": {**copy.items, name: value}}
    )


def test_versions_are_told_apart(network: Network) -> None:
    read = network.server(HOLDER).owner_view.store.copies_of
    [held] = read(THEIRS)
    for version, drift in ((2, Drift.OLDER), (0, Drift.NEWER)):
        original: LocalCopy = replace(held, source_version=version)
        [found] = compare_copies([original], [held])[1]
        assert found.drift is drift


def test_a_person_is_shown_what_is_held_but_for_what_may_not_be_shown(network: Network) -> None:
    network.register_copies(HOLDER, copy_of(THEIRS, fiscal_year=2018, not_disclosed=True))
    data = network.sealed(HOLDER, wire.OWN_DATA, wire.OwnDataRequest(THEIRS), wire.OwnData)
    assert ([copy.fiscal_year for copy in data.copies], data.withheld) == ([2019], 1)
    with pytest.raises(PeerNotFound):
        network.sealed(HOLDER, wire.OWN_DATA, wire.OwnDataRequest("299999999999999"), wire.OwnData)
    mark = wire.AddresseeMark(addressee_number=THEIRS, protected=True)
    network.sealed(HOLDER, wire.MARK_ADDRESSEE, mark, Acknowledgement)
    with pytest.raises(PeerRefused) as refused:
        network.sealed(HOLDER, wire.OWN_DATA, wire.OwnDataRequest(THEIRS), wire.OwnData)
    assert refused.value.peer_code == "own-data-withheld"


def test_nobody_but_the_owner_is_told_anything() -> None:
    network = linked()
    try:
        for endpoint in (wire.SERVER_STATE, wire.WAITING_PROVISIONS):
            with pytest.raises(PeerRefused) as refused:
                network.owners[ASKER].call(f"intermediate-{HOLDER}", endpoint, endpoint.request())
            assert refused.value.peer_code == "caller-not-listed"
    finally:
        network.close()
