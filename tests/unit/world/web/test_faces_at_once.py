"""Pictures of cards asked for by many browsers at once, on a machine that just started and prints other papers too."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.support.documents import FONTS, record

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.documents import anti_forgery, fonts, typesetting
from mizuhiki.documents.card.faces import render_face
from mizuhiki.documents.card.form import Side, form_on
from mizuhiki.documents.typesetting import Output
from mizuhiki.world.printed_cards import PrintedCards, keep_order
from mizuhiki.world.stored_cards import card_file
from mizuhiki.world.web import HOSTS, READER
from support.world_web import YUI, OneCardDrawer, ReaderPlace

pytestmark = [pytest.mark.outside(*FONTS)]
BROWSERS = 6
PATHS = ("front.svg", "back.svg", "front.svg?sleeve=on", "back.svg?sleeve=on", "print.pdf")


class PrintingDrawer(OneCardDrawer):
    """A drawer whose cards are really drawn."""

    def __init__(self, printed: PrintedCards) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # no chip is used here
        self._printed = printed

    def face(self, key: str, side: Side, *, in_sleeve: bool) -> bytes:
        return self._printed.face(key, side, in_sleeve=in_sleeve)

    def sheet(self, key: str) -> bytes:
        return self._printed.sheet(key)


@pytest.fixture
def just_started() -> Iterator[None]:
    """Nothing was printed yet, and threads change as often as they can."""
    _forget()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)
    _forget()


def _forget() -> None:
    for family in fonts.installed((*fonts.LABELS, *fonts.NAMES)):
        fonts.face(family)._font.close()
    drawings: list[Any] = [one for one in vars(anti_forgery).values() if hasattr(one, "cache_clear")]
    for kept in (fonts._opened, typesetting._engine, *drawings):
        kept.cache_clear()


@pytest.mark.usefixtures("just_started")
def test_many_browsers_at_once_get_every_picture_while_other_cards_are_printed(tmp_path: Path) -> None:
    card = record()
    card_file(tmp_path, YUI.key).parent.mkdir()
    keep_order(tmp_path, YUI.key, card, portrait=YUI.key, randomness=SeededRandomness(b"order"))
    place = ReaderPlace(tmp_path, PrintingDrawer(PrintedCards(tmp_path)))
    ready = threading.Barrier(BROWSERS + len(Side))

    def browse(_number: int) -> list[int]:
        client = place.site.app.test_client()
        ready.wait()
        base = f"http://{HOSTS[READER]}"
        return [client.get(f"/cards/{YUI.key}/{path}", base_url=base).status_code for path in PATHS]

    def print_elsewhere(side: Side) -> bytes:
        ready.wait()
        return render_face(card, form_on(card.issued_on), side, Output.SVG)

    with ThreadPoolExecutor(BROWSERS + len(Side)) as pool:
        elsewhere = [pool.submit(print_elsewhere, side) for side in Side]
        answers = list(pool.map(browse, range(BROWSERS)))
        assert all(one.result().startswith(b"<svg") for one in elsewhere)
    assert answers == [[200] * len(PATHS)] * BROWSERS


@pytest.mark.usefixtures("just_started")
def test_outlines_drawn_by_many_threads_are_those_drawn_by_one() -> None:
    family = fonts.installed(fonts.LABELS)[0]
    signs = "見本架空番号個人東京都港区宮崎県姫城町"
    alone = fonts.FontFace(fonts._faces()[family])
    wanted = [alone.outline(sign) for sign in signs]
    alone._font.close()
    shared, ready = fonts.face(family), threading.Barrier(BROWSERS)

    def draw(_number: int) -> list[tuple[str, float]]:
        ready.wait()
        return [shared.outline(sign) for sign in signs]

    with ThreadPoolExecutor(BROWSERS) as pool:
        assert list(pool.map(draw, range(BROWSERS))) == [wanted] * BROWSERS
