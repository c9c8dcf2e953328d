"""Guided entry: form, check answers, enter. All three are posts to one path, and the page carries what was typed.

The browser's back button works, nothing waits on the server, and a second click enters nothing new because the form's
request id goes with it. What may not stand in a page (an Individual Number, a code) is kept in the session instead.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from mizuhiki.institutions.municipality.web.desk import REQUEST_ID, Desk
from mizuhiki.runtime.pages import request
from mizuhiki.ui.forms import Form


class Step(enum.StrEnum):
    """What the person asked for."""

    SHOW = "show"
    CHECK = "check"
    EDIT = "edit"
    ENTER = "enter"


class Guided:
    """One guided entry; `secret` names the fields whose values never stand in the check page."""

    def __init__(self, desk: Desk, *, secret: tuple[str, ...] = ()) -> None:
        self._desk = desk
        self._secret = secret

    def read(self, **defaults: str | Sequence[str]) -> tuple[Step, Form]:
        """Return the step and the form of this request; `defaults` fill a new form."""
        if request.method == "GET":
            return Step.SHOW, self._desk.new_form(**defaults)
        typed = Form.posted(request.form)
        wanted = typed.value("step")
        step = Step(wanted) if wanted in set(Step) - {Step.SHOW} else Step.CHECK
        if step is Step.CHECK or not self._secret:
            self._keep(typed)
            return step, typed
        return step, self._with_secrets(typed)

    def _key(self, form: Form, name: str) -> str:
        return f"{name}/{form.value(REQUEST_ID)}"

    def _keep(self, form: Form) -> None:
        for name in self._secret:
            self._desk.site.store(self._key(form, name), form.value(name))

    def _with_secrets(self, form: Form) -> Form:
        values: dict[str, str | tuple[str, ...]] = dict(fields_of(form))
        for name in self._secret:
            values[name] = str(self._desk.site.stored(self._key(form, name)) or "")
        return Form(values)

    def finish(self, form: Form) -> None:
        """Drop what was kept in the session for a form that is entered."""
        for name in self._secret:
            self._desk.site.forget(self._key(form, name))

    def carried(self, form: Form) -> list[tuple[str, str]]:
        """Return the fields the check page carries on as hidden fields."""
        return [
            (name, value)
            for name, values in fields_of(form)
            if name not in self._secret and name != "step"
            for value in values
        ]


def fields_of(form: Form) -> list[tuple[str, tuple[str, ...]]]:
    """Return every field of the request with its typed values."""
    names = [name for name in request.form if name != "csrf_token"]
    return [(name, form.all(name)) for name in names]
