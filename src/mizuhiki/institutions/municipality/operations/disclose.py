"""The one way by which anything about a resident reaches a person at a counter: past the protection gate (R-076)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from mizuhiki.institutions.municipality.domain.notices import Notice
from mizuhiki.institutions.municipality.domain.support_measures import RULE, Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text, grounds_of
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, Withheld

RESPONSIBLE_OFFICER = "support-officer"
"""支援措置責任者: the role that alone may lift a measure."""


class UnderSupportMeasure(Withheld):
    """A support measure protects the record or its household; fields `rule`, `work`, `measure` (its reference)."""

    code = "under-support-measure"
    title = "A support measure protects this record; only the responsible officer can lift it for one request"


def withheld_of(context: Context, adapters: Adapters, residents: Iterable[str], channel: str) -> set[str]:
    """Return those residents about whom nothing may be shown to the actor by this channel."""
    return {resident for resident in set(residents) if not _passes(context, adapters, resident, channel, "")}


def require_disclosure(
    context: Context, adapters: Adapters, residents: Iterable[str], work: Work, *, recipient: str = ""
) -> None:
    """Check that everything about these residents may be shown; what is withheld is audited.

    Raises:
        UnderSupportMeasure: a measure stands on one of them or their household; `rule` and the measure's reference
            are in the fields, the person is not.
    """
    for resident in dict.fromkeys(residents):
        if _passes(context, adapters, resident, work, recipient):
            continue
        with adapters.store.transaction() as records:
            measure = records.support.measures_of([resident]).get(resident, "")
            records.audit(grounds_of(context), "disclosure-withheld", work, subject=resident)
        raise UnderSupportMeasure(rule=RULE, work=work.value, measure=measure)


def require_notice_disclosure(context: Context, adapters: Adapters, resident: str) -> None:
    """Check that what stands on a person's card may be shown; the officer who decides on lifts needs none (R-076).

    Cards of protected people are kept at the town hall, where that officer sends them on (R-116).

    Raises:
        UnderSupportMeasure: see `require_disclosure`.
    """
    if context.actor.role != RESPONSIBLE_OFFICER:
        require_disclosure(context, adapters, [resident], Work.NOTICE)


def without_withheld_names(context: Context, adapters: Adapters, notices: Iterable[Notice]) -> list[Notice]:
    """Return cards for a list; the name on one whose person is protected is left out."""
    found = list(notices)
    withheld = withheld_of(context, adapters, [one.resident for one in found], Work.NOTICE)
    return [dataclasses.replace(one, printed_name="") if one.resident in withheld else one for one in found]


def _passes(context: Context, adapters: Adapters, resident: str, channel: str, recipient: str) -> bool:
    try:
        adapters.gate.check(
            context,
            Disclosure(
                resident, channel=channel, recipient=recipient or actor_text(context), content="resident record"
            ),
        )
    except Withheld:
        return False
    return True
