"""The form that ends before its time what a case granted: the last day, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web.desk import CaseDesk
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.vocabulary.dates import parse_date


def ending_page(
    desk: CaseDesk[RecordsT],
    template: str,
    number: str,
    *,
    action: str,
    why: str,
    refusals: Mapping[str, str],
    back: str,
    end: Callable[[Context, date, str], object],
) -> Reply:
    """Show the form or end it and go `back`; `why` asks for the reason, `refusals` as in `CaseDesk.attempt`."""
    _ = desk.site.translate
    desk.require(action)
    context = desk.context("end what was granted")
    form = desk.form(day=context.today().isoformat())
    if request.method == "POST":
        day = form.parse("day", parse_date, _("Enter the day like 2019-12-02"))
        reason = form.require("reason", why)
        if form.good and day is not None and desk.attempt(form, lambda: end(context, day, reason), refusals):
            return desk.site.redirect(back)
    return desk.site.render(template, form=form, number=number)
