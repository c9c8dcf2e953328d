"""A telephone contract at a shop's shelf (R-213; in Japan since 2016-11-28): the six steps of the public example.

① activation code ② touch the card ③ password of the signature certificate ④ identity confirmed ⑤ items filled in
⑥ done. Steps 2 and 3 are the card's and its holder's; what is checked of them is the signature.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.dates import JST
from mizuhiki.world.card_services.errors import ActivationCodeUnknown, ActivationCodeUsed, ServiceNotYetOffered
from mizuhiki.world.card_services.signing_desk import FilledIn, Signed, SigningDesk, ToSign

SINCE: Final = date(2016, 11, 28)
DIGITS: Final = 12


class Step(enum.StrEnum):
    """Where a contract stands, as the customer's screen shows it."""

    ACTIVATED = "activated"
    """①: the card is waited for, which holds ② and ③."""
    CONFIRMED = "confirmed"
    """④ and ⑤: the status was good, and the items stand in the form."""
    DONE = "done"
    """⑥."""


@dataclass(frozen=True, slots=True)
class MobileContract:
    """One package's contract; `signed` from step 4 on."""

    step: Step
    shown: ToSign
    signed: Signed | None = None

    @property
    def form(self) -> FilledIn | None:
        """The items to show for a last look, typed by nobody."""
        return None if self.signed is None else self.signed.holder


@dataclass(slots=True)
class MobileOperator:
    """The operator; only digests of activation codes are kept."""

    desk: SigningDesk
    randomness: Randomness
    _packages: dict[bytes, MobileContract | None] = field(default_factory=dict)

    def sell_package(self) -> str:
        """Return the activation code printed inside a package that was sold."""
        code = "".join(str(self.randomness.below(10)) for _ in range(DIGITS))
        self._packages[sha256(code.encode())] = None
        return code

    def activate(self, code: str, now: datetime) -> MobileContract:
        """Take step ①; a code whose contract is not concluded may begin again.

        Raises:
            ServiceNotYetOffered, ActivationCodeUnknown, ActivationCodeUsed: see there.
        """
        if now.astimezone(JST).date() < SINCE:
            raise ServiceNotYetOffered(since=SINCE.isoformat())
        found = self._packages.get(sha256(code.encode()), ActivationCodeUnknown)
        if found is ActivationCodeUnknown:
            raise ActivationCodeUnknown
        if isinstance(found, MobileContract) and found.step is Step.DONE:
            raise ActivationCodeUsed
        return self._put(code, MobileContract(Step.ACTIVATED, self.desk.show("音声通話サービス利用申込書", now)))

    def confirm(self, code: str, certificate: bytes, signature: bytes, now: datetime) -> MobileContract:
        """Take steps ④ and ⑤ with what the card returned.

        Raises:
            ActivationCodeUnknown: the package was not activated.
            Others: see `SigningDesk.take`; the contract stays where it is.
        """
        contract = self._of(code)
        signed = self.desk.take(contract.shown.identifier, certificate, signature, now)
        return self._put(code, MobileContract(Step.CONFIRMED, contract.shown, signed))

    def finish(self, code: str) -> MobileContract:
        """Take step ⑥ after the customer looked at the form.

        Raises:
            ActivationCodeUnknown: nobody's identity was confirmed for this code.
            ActivationCodeUsed: it was finished already.
        """
        contract = self._of(code)
        if contract.step is Step.DONE:
            raise ActivationCodeUsed
        if contract.step is not Step.CONFIRMED:
            raise ActivationCodeUnknown
        return self._put(code, MobileContract(Step.DONE, contract.shown, contract.signed))

    def _of(self, code: str) -> MobileContract:
        contract = self._packages.get(sha256(code.encode()))
        if contract is None:
            raise ActivationCodeUnknown
        return contract

    def _put(self, code: str, contract: MobileContract) -> MobileContract:
        self._packages[sha256(code.encode())] = contract
        return contract
