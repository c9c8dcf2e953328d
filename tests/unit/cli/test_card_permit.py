"""``mizuhiki card permit``: the issuer's official signs what a card then takes, and nothing the law gives to others."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mizuhiki.card.certificates import encode_key, read_install_permit
from mizuhiki.card.free_area import Ground, ProviderKind, catalogue_entry
from mizuhiki.cli import app
from mizuhiki.institutions.national_register.operations.card_sessions import CardIssuer
from mizuhiki.runtime.config import load
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.child import WORLD_CONFIG
from unit.world.kit import write_files

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
JPKI = institution_id(InstitutionKind.JPKI)
DECISION = "総務大臣 令和2年第1号(架空)"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issuer") / "world"
    write_files(folder, ports={REGISTER: 20_101, JPKI: 20_102})
    return folder


def permit(data: Path, out: Path, application: str = "points", kind: str = "private", **changes: str) -> Result:
    said = {"provider": "商店街(架空)", "decision": DECISION, "official": "officer-7", **changes}
    options = [part for name, value in said.items() for part in (f"--{name}", value)]
    config = str(data / REGISTER / WORLD_CONFIG)
    return CliRunner().invoke(
        app, ["card", "permit", application, "--config", config, "--kind", kind, *options, "--out", str(out), "--json"]
    )


@pytest.mark.requirement("R-147", "R-158")
def test_a_permit_is_signed_with_the_key_that_cards_trust_and_audited(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "points.permit"
    done = permit(data, out)
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(done.stdout) == {
        "application": "points", "provider": "商店街(架空)", "permit": str(out), "bytes": out.stat().st_size
    }  # fmt: skip
    trusted = CardIssuer(load(data / REGISTER / WORLD_CONFIG).environment().keystore).permit_authority
    read = read_install_permit(out.read_bytes(), encode_key(trusted))
    assert (read.provider, read.actor, read.ground) == (
        "商店街(架空)", ProviderKind.PRIVATE, Ground.MINISTER_DECISION
    )  # fmt: skip
    assert read.ground_text == DECISION
    assert read.layout == catalogue_entry("points").layout
    (database,) = (data / REGISTER).glob("*.sqlite")
    with sqlite3.connect(database) as connection:
        assert any("officer-7" in line for line in connection.iterdump())


@pytest.mark.requirement("R-147")
@pytest.mark.parametrize(
    ("application", "kind", "decision"),
    [("points", "municipality", DECISION), ("staff-pass", "private", DECISION), ("points", "private", " ")],
)
def test_what_the_law_gives_to_others_or_nobody_decided_is_not_signed(
    data: Path, tmp_path: Path, application: str, kind: str, decision: str
) -> None:
    out = tmp_path / "refused.permit"
    done = permit(data, out, application, kind, decision=decision)
    assert done.exit_code != 0
    assert "application-not-permitted" in done.output
    assert not out.exists()


def test_only_the_issuer_signs_permits(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "refused.permit"
    config = str(data / JPKI / WORLD_CONFIG)
    done = CliRunner().invoke(
        app,
        [
            "card", "permit", "points", "--config", config, "--kind", "private", "--provider", "x",
            "--decision", DECISION, "--official", "o", "--out", str(out), "--json",
        ],
    )  # fmt: skip
    assert done.exit_code != 0
    assert "configuration of jpki" in done.output
    assert not out.exists()
