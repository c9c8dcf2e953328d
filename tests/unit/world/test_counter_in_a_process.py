"""A municipality that runs as a process of its own has reader and card printer on its counter, as in one process."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.institutions.municipality import app as municipality_app
from mizuhiki.runtime.institution import App
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, kind_of
from mizuhiki.world import child
from mizuhiki.world.child import WORLD_CONFIG, run_child
from mizuhiki.world.counter_cards import CounterCardDesk
from mizuhiki.world.desk_reader import CounterReader
from mizuhiki.world.nation.plan import is_on_platform, plan_nation
from mizuhiki.world.processes import free_ports
from unit.world.kit import write_files

CITY = institution_id(InstitutionKind.MUNICIPALITY, "131032")


def test_the_process_of_a_municipality_starts_with_reader_and_printer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "world"
    write_files(data, ports={CITY: free_ports(1)[0]})
    built: list[dict[str, Any]] = []
    build = municipality_app.build

    def watched(*arguments: Any, **devices: Any) -> App:
        built.append(devices)
        return build(*arguments, **devices)

    monkeypatch.setattr(municipality_app, "build", watched)
    monkeypatch.setattr(child.signal, "signal", lambda *_: None)
    monkeypatch.setattr(child, "configure", lambda **_: None)
    ours, theirs = multiprocessing.Pipe()
    ours.send_bytes(b"")
    run_child(data / CITY / WORLD_CONFIG, theirs)
    assert ours.recv_bytes() == b"ready"
    (devices,) = built
    printer, reader = devices["card_desk"], devices["desk_reader"]
    assert isinstance(printer, CounterCardDesk)
    assert isinstance(reader, CounterReader)
    assert (printer._data, reader._stored._data) == (data, data)
    assert printer.blank_chip().card_number != printer.blank_chip().card_number
    assert reader.reader("0" * 16) is None


def test_no_municipality_shares_a_process_with_others() -> None:
    counters = [one.institution for one in plan_nation() if kind_of(one.institution) is InstitutionKind.MUNICIPALITY]
    assert counters
    assert not any(is_on_platform(one) for one in counters)
