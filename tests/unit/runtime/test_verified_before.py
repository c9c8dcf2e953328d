"""A signature that was checked is not checked again; everything else about an object still is."""

from __future__ import annotations

import pytest

from mizuhiki.crypto import signed_objects
from mizuhiki.crypto.signed_objects import SignatureInvalid, WrongObjectType
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.verified_before import LONGEST, MOST
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.endpoint import Message
from support.environment import make_directory_entry, make_environment

SIGNER = InstitutionId("municipality-452025")


class Said(Message, frozen=True):
    text: str


class Other(Message, frozen=True):
    text: str


@pytest.fixture
def peers() -> Peers:
    return Peers(make_environment(SIGNER))


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    check = signed_objects._check_signature

    def counted(key_of: object, signer: str, text: str, raw: bytes) -> None:
        done.append(text)
        check(key_of, signer, text, raw)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(signed_objects, "_check_signature", counted)
    return done


def test_the_same_object_is_checked_once(peers: Peers, checks: list[str]) -> None:
    text = peers.sign("said", Said(text="x"))
    assert peers.verify(text, Said, "said") is peers.verify(text, Said, "said")
    assert len(checks) == 1


def test_a_forgery_is_refused_however_often_the_true_object_was_seen(peers: Peers, checks: list[str]) -> None:
    text = peers.sign("said", Said(text="x"))
    peers.verify(text, Said, "said")
    forged = text[:-3] + ("A" if text[-3] != "A" else "B") + text[-2:]
    for _ in range(2):
        with pytest.raises(SignatureInvalid):
            peers.verify(forged, Said, "said")
    assert len(checks) == 3


def test_a_known_object_is_of_its_own_type_only(peers: Peers) -> None:
    text = peers.sign("said", Said(text="x"))
    peers.verify(text, Said, "said")
    with pytest.raises(WrongObjectType):
        peers.verify(text, Said, "heard")
    assert isinstance(peers.verify(text, Other, "said").payload, Other)


def test_a_key_that_the_directory_no_longer_names_holds_for_nothing(
    peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = peers.sign("said", Said(text="x"))
    peers.verify(text, Said, "said")
    monkeypatch.setattr(Directory, "object_key", lambda *_: make_directory_entry(InstitutionId("portal")).object_key)
    with pytest.raises(SignatureInvalid):
        peers.verify(text, Said, "said")


def test_few_and_short_objects_are_remembered(peers: Peers, checks: list[str]) -> None:
    long = peers.sign("said", Said(text="x" * LONGEST))
    first = peers.sign("said", Said(text="first"))
    for text in (long, long, first, *(peers.sign("said", Said(text=str(number))) for number in range(MOST)), first):
        peers.verify(text, Said, "said")
    assert len(checks) == 2 + 1 + MOST + 1
