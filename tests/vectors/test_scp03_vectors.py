"""The issuer session against sessions other people's software held with real cards (vectors/scp03.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.crypto.card_session import C_ENC, R_ENC, R_MAC, IssuerKeys, SessionMacWrong

SESSIONS = json.loads((Path(__file__).parents[2] / "vectors" / "scp03.json").read_text(encoding="utf-8"))["sessions"]


@pytest.mark.parametrize("vector", SESSIONS, ids=[session["name"] for session in SESSIONS])
def test_a_recorded_session_is_reproduced_byte_for_byte(vector: dict[str, Any]) -> None:
    raw = {name: bytes.fromhex(vector[name]) for name in ("enc", "mac", "host_challenge", "initialize_answer")}
    answer, level = raw["initialize_answer"], int(vector["level"], 16)
    session = IssuerKeys(raw["enc"], raw["mac"]).open_session(raw["host_challenge"], answer[13:21])
    assert session.card_cryptogram == answer[21:29]
    authenticate = bytes.fromhex(vector["external_authenticate"])
    assert session.host_cryptogram == authenticate[5:13]
    assert session.mac_command(authenticate[:4], authenticate[5:13]) == authenticate[13:]
    for plain, secured, answered, expected in vector["commands"]:
        command, wrapped = bytes.fromhex(plain), bytes.fromhex(secured)
        session.next_command()
        data = command[5 : 5 + command[4]]
        sent = session.encrypt_command(data) if level & C_ENC else data
        header = bytes((command[0] | 4, *command[1:4]))
        assert sent + session.mac_command(header, sent) == wrapped[5 : 5 + wrapped[4]]
        received = bytes.fromhex(answered)
        if level & R_MAC:
            session.check_answer(received[:-8], 0x9000, received[-8:])
            with pytest.raises(SessionMacWrong):
                session.check_answer(received[:-8], 0x9001, received[-8:])
            received = received[:-8]
        assert (session.decrypt_answer(received) if level & R_ENC else received) == bytes.fromhex(expected)
