"""The father's visit to the portal, through its pages, with his card at the reader."""

from __future__ import annotations

import msgspec

from mizuhiki.ledger.verify import verify
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.story.stage import Stage
from mizuhiki.world.story.telling import check
from mizuhiki.world.story.visitor import Visitor

MOST_WAITS = 20


class PortalVisit:
    """One browser session at the portal."""

    def __init__(self, stage: Stage, key: str) -> None:
        self._stage = stage
        self._key = key
        self._visitor = Visitor(stage.visitor(), stage.directory)
        host = stage.directory.entry(institution_id(InstitutionKind.PORTAL)).host
        self._address = stage.page_address(host)
        self._bundle = ""

    def _sign(self) -> None:
        person = self._stage.roster.person(self._key)
        self._visitor.sign_with(self._stage.card(self._key), person.user_pin)

    def sign_in(self) -> str:
        """Sign in by card; open the account on the first visit and wait for the portal's own pseudonym."""
        visitor = self._visitor
        visitor.visit(f"{self._address}/sign-in?lang=ja")
        visitor.submit(visitor.form_to("/sign-in"))
        self._sign()
        opened = visitor.url.endswith("/account")
        if opened:
            visitor.submit(visitor.form_to("/account"))
            self._sign()
            for _ in range(MOST_WAITS):
                if not visitor.url.endswith("/account/progress"):
                    break
                self._stage.pump()
                visitor.visit(f"{self._address}/home")
        check(visitor.url.endswith("/home"), f"the home page is reached, not {visitor.url}")
        return "account opened and signed in by card" if opened else "signed in by card"

    def read_notices(self, sender: str, *subjects: str) -> str:
        """Open the notices of the list; the municipality sent one about each subject."""
        visitor = self._visitor
        visitor.visit(f"{self._address}/notices")
        check(all(subject in visitor.text for subject in subjects), "the list shows a notice about each decision")
        read: list[str] = []
        for link in visitor.links("/notices/"):
            visitor.visit(link)
            read.append(visitor.text)
        for subject in subjects:
            told = any(sender in text and subject in text for text in read)
            check(told, f"a notice says who sent it and that it is about {subject}")
        return f"{len(read)} notices of {sender}"

    def read_history(self, exchanges: list[str], *procedures: str) -> str:
        """Open the history with a fresh signature; see every exchange and the verdict."""
        visitor = self._visitor
        self._stage.pump()
        visitor.visit(f"{self._address}/history")
        visitor.submit(visitor.form_to("/history"))
        self._sign()
        check(visitor.url.endswith("/history"), f"the history is open, not {visitor.url}")
        check("検証済み" in visitor.text, "the page says that the proofs check")
        unnamed = [title for title in procedures if title not in visitor.text]
        check(not unnamed, f"the page names every procedure, also of ordinances: {unnamed}")
        visitor.visit(f"{self._address}/history/bundle.json")
        self._bundle = visitor.answer.text
        missing = [number for number in exchanges if number not in self._bundle]
        check(not missing, "every exchange of the story is in the record")
        return f"{len(exchanges)} exchanges with statute, procedure and offices; verified"

    def verify_offline(self, exchanges: list[str]) -> str:
        """Check the downloaded bundle with the stand-alone verifier and the directory's keys."""
        keys = {f"mizuhiki/{entry.institution}": entry.checkpoint_key for entry in self._stage.directory}
        verdict = verify(self._bundle, keys)
        check(verdict.entries >= len(exchanges), "the verdict covers every exchange")
        tampered = self._bundle.replace("provided", "no-dataa", 1)
        check(_refused(tampered, keys), "a changed entry is detected")
        msgspec.json.decode(self._bundle)
        return verdict.text


def _refused(text: str, keys: dict[str, bytes]) -> bool:
    """Say whether the verifier refuses a text, by any of its errors."""
    from mizuhiki.ledger.verify import BundleRefused  # noqa: PLC0415 - named beside its only use

    try:
        verify(text, keys)
    except BundleRefused:
        return True
    return False
