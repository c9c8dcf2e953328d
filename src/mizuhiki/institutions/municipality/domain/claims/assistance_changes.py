"""Changes of public assistance that runs: stopped for a time, resumed, changed in amount, ended (生活保護法; R-239).

Sources: 法25条2項 (change by the office of its own motion, in writing, with its reason: 24条4項), 26条 (stop and end
once assistance is not needed, at once and in writing; likewise under 28条5項 and 62条3項), 56条 (nothing is changed to
somebody's disadvantage without a just reason), 62条4項 (who did not follow an instruction is heard first). 25条2項,
26条 and 62条 were compared with published texts, 19条 and 28条5項 were not.

Ours, as no source at hand states it: a change holds from its first day on, that day lies no later than the end of the
next month, a month is shared out by its days, and what was paid for later days is not claimed back here (63条, 80条).
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from mizuhiki.casework.domain import Notice
from mizuhiki.institutions.municipality.domain.claims.errors import AssistanceChangeImplausible
from mizuhiki.vocabulary.dates import month_after, month_end
from mizuhiki.vocabulary.layouts import Scalar

PREFIX = "change_"
DAY = timedelta(days=1)


class Turn(enum.StrEnum):
    """What becomes of the assistance."""

    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CHANGED = "changed"
    ENDED = "ended"


class Ground(enum.StrEnum):
    """Why."""

    NO_LONGER_NEEDED = "no-longer-needed"
    NEEDED_AGAIN = "needed-again"
    NEED_CHANGED = "need-changed"
    OWN_WISH = "own-wish"
    MOVED_AWAY = "moved-away"
    NOBODY_LEFT = "nobody-left"
    VISIT_REFUSED = "visit-refused"
    INSTRUCTION_NOT_FOLLOWED = "instruction-not-followed"


CITATIONS = {
    Ground.NO_LONGER_NEEDED: "生活保護法26条",
    Ground.NEEDED_AGAIN: "生活保護法25条2項",
    Ground.NEED_CHANGED: "生活保護法25条2項",
    Ground.OWN_WISH: "生活保護法26条",
    Ground.MOVED_AWAY: "生活保護法19条1項, 26条",
    Ground.NOBODY_LEFT: "生活保護法26条",
    Ground.VISIT_REFUSED: "生活保護法28条5項, 26条",
    Ground.INSTRUCTION_NOT_FOLLOWED: "生活保護法62条3項, 4項, 26条",
}
_DISOBEDIENCE = frozenset({Ground.VISIT_REFUSED, Ground.INSTRUCTION_NOT_FOLLOWED})
GROUNDS = {
    Turn.SUSPENDED: _DISOBEDIENCE | {Ground.NO_LONGER_NEEDED},
    Turn.RESUMED: frozenset({Ground.NEEDED_AGAIN}),
    Turn.CHANGED: _DISOBEDIENCE | {Ground.NEED_CHANGED},
    Turn.ENDED: _DISOBEDIENCE | {Ground.NO_LONGER_NEEDED, Ground.OWN_WISH, Ground.MOVED_AWAY, Ground.NOBODY_LEFT},
}
_AFTER = {
    None: {Turn.SUSPENDED, Turn.CHANGED, Turn.ENDED},
    Turn.SUSPENDED: {Turn.RESUMED, Turn.ENDED},
    Turn.RESUMED: {Turn.SUSPENDED, Turn.CHANGED, Turn.ENDED},
    Turn.CHANGED: {Turn.SUSPENDED, Turn.CHANGED, Turn.ENDED},
    Turn.ENDED: set[Turn](),
}


class AssistanceChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change: it holds from `from_day` on. `reason` is what the written notice says; `heard_on` see 62条4項.

    `monthly_yen` is the new amount a month in money, for a change only.
    """

    turn: Turn
    ground: Ground
    from_day: date
    reason: str
    monthly_yen: int | None = None
    heard_on: date | None = None

    def require_possible(self, begins: date, earlier: Sequence[AssistanceChange], today: date) -> None:
        """Check a change against when assistance began and the changes before it.

        Raises:
            AssistanceChangeImplausible: naming the item: ``turn`` (not after the last one), ``ground`` (not for this
                turn), ``from_day`` (before the beginning, on or before the last change, or beyond the next month),
                ``heard_on`` (nobody was heard, or only later), ``monthly_yen`` (missing or out of place), ``reason``.
        """
        last = earlier[-1] if earlier else None
        allowed = self.turn in _AFTER[last.turn if last else None]
        # An end or a stop on the very first day is no change but a refusal of the claim.
        since = begins if last is None else last.from_day
        wrong = {
            "turn": not allowed,
            "ground": self.ground not in GROUNDS[self.turn],
            "from_day": not since < self.from_day <= month_end(month_after(today)),
            "heard_on": (self.ground is Ground.INSTRUCTION_NOT_FOLLOWED and self.heard_on is None)
            or (self.heard_on is not None and self.heard_on > today),
            "monthly_yen": (self.monthly_yen is not None) != (self.turn is Turn.CHANGED) or (self.monthly_yen or 0) < 0,
            "reason": not self.reason.strip(),
        }
        for item, refused in wrong.items():
            if refused:
                raise AssistanceChangeImplausible(item=item)


class DecidedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change with who proposed and who approved it; empty names and no day while nobody did."""

    change: AssistanceChange
    proposed_by: str
    approved_by: str = ""
    approved_on: date | None = None
    notice_id: str = ""


def facts_of(changes: Sequence[AssistanceChange]) -> dict[str, Scalar]:
    """Return approved changes as statements that payment reads."""
    return {
        f"{PREFIX}{place}": f"{one.from_day.isoformat()} {one.turn.value} {one.monthly_yen or 0}"
        for place, one in enumerate(changes)
    }


def amount_on(stated: Mapping[str, Scalar], monthly_yen: int, day: date) -> int:
    """Return what is due a month by the state of a day: nothing while assistance is stopped or after its end."""
    amount, stopped = monthly_yen, False
    for key in sorted((key for key in stated if key.startswith(PREFIX)), key=lambda key: int(key[len(PREFIX) :])):
        since, turn, yen = str(stated[key]).split()
        if date.fromisoformat(since) > day:
            break
        stopped = turn in {Turn.SUSPENDED, Turn.ENDED}
        amount = int(yen) if turn == Turn.CHANGED else amount
    return 0 if stopped else amount


def share_of(stated: Mapping[str, Scalar], monthly_yen: int, first: date) -> int:
    """Return what is due for the days from `first` to the end of its month: each amount by its days, yen cut off."""
    last = month_end(first)
    days = Counter(amount_on(stated, monthly_yen, first + place * DAY) for place in range((last - first).days + 1))
    return sum(amount * count // last.day for amount, count in days.items())


def state_items(change: AssistanceChange, held: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return what others are told once a change holds (layout ``public-assistance``)."""
    stopped = change.turn in {Turn.SUSPENDED, Turn.ENDED}
    items = {**held, "receiving": not stopped}
    named = {Turn.SUSPENDED: "suspended_on", Turn.RESUMED: "resumed_on", Turn.ENDED: "ended_on"}.get(change.turn)
    return items if named is None else {**items, named: change.from_day.isoformat()}


_TURNS = {
    Turn.SUSPENDED: ("停止します", "is suspended"),
    Turn.RESUMED: ("停止を解除します", "is resumed"),
    Turn.CHANGED: ("変更します", "is changed"),
    Turn.ENDED: ("廃止します", "ends"),
}


def notice(change: AssistanceChange) -> Notice:
    """Return the decision with its reason (24条4項, 25条2項, 26条: 保護決定調書による通知)."""
    ja, en = _TURNS[change.turn]
    day, why = change.from_day.isoformat(), change.reason.strip()
    amount_ja = "" if change.monthly_yen is None else f"月額{change.monthly_yen:,}円になります。"
    amount_en = "" if change.monthly_yen is None else f" It is {change.monthly_yen:,} yen a month."
    return Notice(
        "生活保護の変更・停止・廃止の決定について / Your public assistance",
        f"{day}から保護を{ja}。{amount_ja}理由: {why} ({CITATIONS[change.ground]})。"
        "3か月以内に知事に審査請求ができます。\n"
        f"From {day} your assistance {en}.{amount_en} Reason: {why} ({CITATIONS[change.ground]}). Within three months "
        "you may ask the governor to review it.",
    )
