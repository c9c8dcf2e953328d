"""Which reader a name means, and what each result of the system's service is told as; the service is scripted."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mizuhiki.card.transport_errors import (
    CardRemoved,
    NoCardInReader,
    NoReader,
    NoSuchReader,
    PcscNotRunning,
    ReaderBusy,
)
from mizuhiki.runtime.card_readers import pcsc
from mizuhiki.runtime.card_readers.pcsc import ConnectedReader, PcscReader, connected_readers, find_reader

ATR = bytes.fromhex("3BE000FF8131FE4514")
A_EMPTY = ConnectedReader("Alpha 00", b"")
B_CARD, C_CARD = (ConnectedReader(name, ATR) for name in ("Beta 00", "Beta 01"))
NAMES = (
    "S_SUCCESS", "E_TIMEOUT", "E_NO_READERS_AVAILABLE", "E_UNKNOWN_READER", "E_READER_UNAVAILABLE", "E_NO_SMARTCARD",
    "W_UNPOWERED_CARD", "W_UNRESPONSIVE_CARD", "E_SHARING_VIOLATION", "E_NO_SERVICE", "E_SERVICE_STOPPED",
    "W_REMOVED_CARD", "W_RESET_CARD", "SCOPE_USER", "STATE_UNAWARE", "STATE_PRESENT", "SHARE_SHARED", "PROTOCOL_T0",
    "PROTOCOL_T1", "PCI_T0", "PCI_T1", "RESET_CARD", "UNPOWER_CARD",
)  # fmt: skip


class Service(SimpleNamespace):
    """Answers as `smartcard.scard` does; every function is a result that a test may change."""

    def __init__(self) -> None:
        super().__init__(**{f"SCARD_{name}": 1 << number for number, name in enumerate(NAMES)})
        self.ok = self.SCARD_S_SUCCESS
        self.calls: list[str] = []
        self.results: dict[str, int] = {}
        self.names = ["Beta 00"]

    def __getattr__(self, name: str) -> object:
        if not name.startswith("SCard"):
            raise AttributeError(name)

        def call(*_arguments: object) -> object:
            self.calls.append(name)
            if name == "SCardGetErrorMessage":
                return "said by the service"
            result = self.results.get(name, self.ok)
            values: dict[str, tuple[object, ...]] = {
                "SCardEstablishContext": (7,),
                "SCardListReaders": (self.names,),
                "SCardGetStatusChange": ([(one, self.SCARD_STATE_PRESENT, list(ATR)) for one in self.names],),
                "SCardConnect": (9, self.SCARD_PROTOCOL_T1),
                "SCardReconnect": (self.SCARD_PROTOCOL_T0,),
                "SCardStatus": ("Beta 00", 0, 0, list(ATR)),
                "SCardTransmit": ([-112, 0],),
            }
            return (result, *values[name]) if name in values else result

        return call


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr(pcsc, "_scard", lambda: made)
    return made


@pytest.mark.parametrize(
    ("present", "wanted", "found"),
    [
        ([A_EMPTY, B_CARD], "", "Beta 00"),
        ([A_EMPTY], "", "Alpha 00"),
        ([A_EMPTY, B_CARD, C_CARD], "beta 01", "Beta 01"),
        ([A_EMPTY, B_CARD, C_CARD], "Alpha 00", "Alpha 00"),
        ([A_EMPTY, B_CARD], "alpha", "Alpha 00"),
    ],
)
def test_a_reader_is_found_by_name_part_of_it_or_by_its_card(
    monkeypatch: pytest.MonkeyPatch, present: list[ConnectedReader], wanted: str, found: str
) -> None:
    monkeypatch.setattr(pcsc, "connected_readers", lambda: present)
    assert find_reader(wanted) == found


@pytest.mark.parametrize(
    ("present", "wanted", "error"),
    [([], "", NoReader), ([B_CARD, C_CARD], "", NoSuchReader), ([B_CARD], "gamma", NoSuchReader)],
)
def test_a_name_that_is_not_clear_is_refused_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, present: list[ConnectedReader], wanted: str, error: type[Exception]
) -> None:
    monkeypatch.setattr(pcsc, "connected_readers", lambda: present)
    with pytest.raises(error) as refused:
        find_reader(wanted)
    if present:
        assert "Beta 00" in str(refused.value.fields["known"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("call", "result", "error"),
    [
        ("SCardEstablishContext", "E_NO_SERVICE", PcscNotRunning),
        ("SCardConnect", "E_UNKNOWN_READER", NoSuchReader),
        ("SCardConnect", "E_NO_SMARTCARD", NoCardInReader),
        ("SCardConnect", "W_UNRESPONSIVE_CARD", NoCardInReader),
        ("SCardConnect", "E_SHARING_VIOLATION", ReaderBusy),
        ("SCardConnect", "E_SERVICE_STOPPED", PcscNotRunning),
        ("SCardBeginTransaction", "W_RESET_CARD", CardRemoved),
    ],
)
def test_each_result_of_the_service_has_its_own_error_and_nothing_stays_open(
    service: Service, call: str, result: str, error: type[Exception]
) -> None:
    service.results[call] = getattr(service, f"SCARD_{result}")
    with pytest.raises(error):
        PcscReader("Beta 00")
    if call != "SCardEstablishContext":
        assert service.calls[-1] == "SCardReleaseContext"


def test_a_card_is_held_from_opening_to_closing_and_given_back_reset(service: Service) -> None:
    with PcscReader("Beta 00") as reader:
        assert service.calls[:4] == ["SCardEstablishContext", "SCardConnect", "SCardBeginTransaction", "SCardStatus"]
        assert reader.atr == ATR
        assert reader.transmit(b"\x00\x84\x00\x00\x08") == b"\x90\x00"
        assert reader.reset() == ATR
    assert service.calls[-3:] == ["SCardEndTransaction", "SCardDisconnect", "SCardReleaseContext"]
    reader.close()
    assert service.calls[-1] == "SCardReleaseContext"


def test_a_card_that_is_taken_out_in_use_is_named_as_such(service: Service) -> None:
    with PcscReader("Beta 00") as reader:
        service.results["SCardTransmit"] = service.SCARD_W_REMOVED_CARD
        with pytest.raises(CardRemoved):
            reader.transmit(b"\x00\x84\x00\x00\x08")


def test_the_readers_are_listed_with_their_cards_and_none_is_no_error(service: Service) -> None:
    assert connected_readers() == [ConnectedReader("Beta 00", ATR)]
    service.results["SCardListReaders"] = service.SCARD_E_NO_READERS_AVAILABLE
    assert connected_readers() == []
    assert service.calls[-1] == "SCardReleaseContext"
