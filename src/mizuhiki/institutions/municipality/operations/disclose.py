"""The one way by which anything about a resident reaches a person at a counter: past the protection gate (R-076)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from mizuhiki.institutions.municipality.domain.notices import Notice
from mizuhiki.institutions.municipality.domain.support_measures import RULE, Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, Withheld
from mizuhiki.runtime.grounds import grounds_of

RESPONSIBLE_OFFICER = "support-officer"
"""支援措置責任者: the role that alone may lift a measure."""


class UnderSupportMeasure(Withheld):
    """A support measure protects the record or its household; fields `rule`, `work`, `measure` (its reference)."""

    code = "under-support-measure"
    title = "A support measure protects this record; only the responsible officer can lift it for one request"


def withheld_of(context: Context, adapters: Adapters, residents: Iterable[str], channel: str) -> set[str]:
    """Return those residents about whom nothing may be shown to the actor by this channel."""
    asked = list(dict.fromkeys(residents))
    answers = adapters.gate.withheld(context, [_disclosure(context, resident, channel) for resident in asked])
    return {resident for resident, withheld in zip(asked, answers, strict=True) if withheld}


def require_disclosure(
    context: Context, adapters: Adapters, residents: Iterable[str], work: Work, *, recipient: str = ""
) -> None:
    """Check that everything about these residents may be shown; what is withheld is audited.

    Raises:
        UnderSupportMeasure: a measure stands on one of them or their household; `rule` and the measure's reference
            are in the fields, the person is not.
    """
    asked = list(dict.fromkeys(residents))
    answers = adapters.gate.withheld(context, [_disclosure(context, resident, work, recipient) for resident in asked])
    withheld = next((resident for resident, held in zip(asked, answers, strict=True) if held), None)
    if withheld is None:
        return
    with adapters.store.transaction() as records:
        measure = records.support.measures_of([withheld]).get(withheld, "")
        records.audit(grounds_of(context), "disclosure-withheld", work, subject=withheld)
    raise UnderSupportMeasure(rule=RULE, work=work.value, measure=measure)


def require_notice_disclosure(context: Context, adapters: Adapters, resident: str, work: Work = Work.NOTICE) -> None:
    """Check that what stands on a person's card may be shown; the officer who decides on lifts needs none (R-076).

    Cards of protected people are kept at the town hall, where that officer sends them on (R-116).

    Raises:
        UnderSupportMeasure: see `require_disclosure`.
    """
    if context.actor.role != RESPONSIBLE_OFFICER:
        require_disclosure(context, adapters, [resident], work)


def without_withheld_names(context: Context, adapters: Adapters, notices: Iterable[Notice]) -> list[Notice]:
    """Return cards for a list; the name on one whose person is protected is left out."""
    found = list(notices)
    withheld = withheld_of(context, adapters, [one.resident for one in found], Work.NOTICE)
    return [dataclasses.replace(one, printed_name="") if one.resident in withheld else one for one in found]


def _disclosure(context: Context, resident: str, channel: str, recipient: str = "") -> Disclosure:
    return Disclosure(resident, channel=channel, recipient=recipient or actor_text(context), content="resident record")
