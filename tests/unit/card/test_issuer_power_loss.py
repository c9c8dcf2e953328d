"""The power fails in an issuer's command: the card is as before or as after, and works (R-145, R-147)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from mizuhiki.card.certificates import InstallPermit, issue_install_permit
from mizuhiki.card.errors import PinBlocked, WrongPin
from mizuhiki.card.free_area import Ground, ProviderKind, catalogue_entry
from mizuhiki.card.generation import PinRole
from mizuhiki.card.memory import LifeState
from mizuhiki.crypto.card_session import IssuerKeys
from unit.card.test_issuer_session import card, keys, send, session, whole

__all__ = ["card", "keys", "whole"]


def cut(card: SimpleNamespace, place: int, *, after: bool, call: Callable[[], object]) -> bool:
    """Make a call during which the power fails at one write; false when there was no such write."""
    card.store.cut_at, card.store.after = card.store.writes + place, after
    try:
        call()
    except ConnectionError:
        return True
    finally:
        card.store.cut_at = -1
        card.chip.reset()
    return False


@pytest.mark.requirement("R-145")
@pytest.mark.parametrize("after", [False, True])
def test_a_pin_reset_that_is_cut_leaves_the_blocked_pin_or_the_new_one(
    card: SimpleNamespace,
    *,
    after: bool,
) -> None:
    for _ in range(3):
        with pytest.raises(WrongPin):
            card.client.verify(PinRole.USER_IDENTIFICATION, "0000", confirm_last_try=True)
    desk = session(card, "jpki")
    assert cut(card, 1, after=after, call=lambda: desk.set_pin(PinRole.USER_IDENTIFICATION, "8642"))
    if after:
        card.client.verify(PinRole.USER_IDENTIFICATION, "8642")
        return
    with pytest.raises(PinBlocked):
        card.client.verify(PinRole.USER_IDENTIFICATION, "8642")
    session(card, "jpki").set_pin(PinRole.USER_IDENTIFICATION, "8642")
    card.client.verify(PinRole.USER_IDENTIFICATION, "8642")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("state", [LifeState.SUSPENDED, LifeState.ABOLISHED])
def test_a_change_of_state_that_is_cut_happened_or_not(
    card: SimpleNamespace,
    state: LifeState,
    *,
    after: bool,
) -> None:
    desk = session(card, "jpki")
    assert cut(card, 1, after=after, call=lambda: desk.set_state(state))
    assert card.chip.state is (state if after else LifeState.PERSONALISED)
    if not after:
        card.client.verify(PinRole.USER_IDENTIFICATION, "2468")
        session(card, "jpki").set_state(state)
        assert card.chip.state is state


@pytest.mark.requirement("R-147")
@pytest.mark.parametrize("after", [False, True])
def test_an_installation_that_is_cut_left_the_whole_application_or_nothing(
    card: SimpleNamespace,
    keys: SimpleNamespace,
    *,
    after: bool,
) -> None:
    entry = catalogue_entry("library")
    permit = InstallPermit(
        provider="p",
        actor=ProviderKind[entry.provider.upper().replace("-", "_")],
        ground=Ground[entry.ground.upper().replace("-", "_")],
        ground_text="no. 1",
        layout=entry.layout,
    )
    signed, provider = issue_install_permit(keys.permits, permit), IssuerKeys.of_bytes(b"p" * 64)
    select = f"00A4040C{len(entry.layout.aid) // 2:02X}{entry.layout.aid}"
    desk = session(card, "card-manager")
    assert cut(card, 1, after=after, call=lambda: desk.install(signed, provider, "4444"))
    assert send(card, select) == ("9000" if after else "6A82")
    if not after:
        session(card, "card-manager").install(signed, provider, "4444")
        assert send(card, select) == "9000"
    assert send(card, "002000910434343434") == "9000"
    desk = session(card, "card-manager")
    assert cut(card, 1, after=after, call=lambda: desk.delete(permit))
    assert send(card, select) == ("6A82" if after else "9000")
