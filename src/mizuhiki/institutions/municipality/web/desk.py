"""What every page of the counter works with: the site, the operations, who may do what, grounds of each call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.events.deadlines import Deadline
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.institutions.municipality.web.wording import Wording
from mizuhiki.runtime.authority import ActionNotPermitted, Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Site, request
from mizuhiki.ui.components import Action, Answer, Blocking, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import AffairNotLawful
from mizuhiki.vocabulary.errors import Corrupt, Malformed, MizuhikiError
from mizuhiki.vocabulary.persons import Sex

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{10,40}\Z")
REQUEST_ID = "request_id"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Affair and basis of one field of work; the purpose is said by each page."""

    affair: str
    basis: str


REGISTER = Grounds("resident-register", "住民基本台帳法5条, 8条, 22条, 24条")
NUMBERING = Grounds("number-assignment", "番号法7条, 8条")
ALLOWANCE = Grounds("child-allowance", "番号法9条1項, 16条, 19条8号; 児童手当法7条, 8条")
CARD = Grounds("card-issue", "番号法17条; 公的個人認証法3条, 22条")
TAX = Grounds("local-tax", "番号法9条1項; 地方税法317条の2, 321条の4")


class Desk:
    """Shared by all pages; holds nothing of a request."""

    def __init__(self, site: Site, operations: MunicipalityOperations, authority: Authority) -> None:
        self.site = site
        self.operations = operations
        self.words = Wording(site)
        self._authority = authority

    def context(self, grounds: Grounds, purpose: str) -> Context:
        """Return the grounds of an operation for the signed-in member of staff.

        Raises:
            NotSignedIn: nobody is signed in.
        """
        return self.site.context(grounds.affair, grounds.basis, purpose)

    def may(self, action: str) -> bool:
        """Whether the role of the signed-in person may do an action; what it may not is not offered."""
        try:
            self.require(action)
        except ActionNotPermitted:
            return False
        return True

    def require(self, action: str) -> None:
        """Check the role before a page with a form is shown at all; the operation checks again.

        Raises:
            ActionNotPermitted: the role may not do it.
        """
        self._authority.require(self.context(REGISTER, "show what this role may do"), action)

    def offered(self, actions: Mapping[str, Action]) -> list[Action]:
        """Return those of the actions, by the policy action they need, that the role may do."""
        return [action for needed, action in actions.items() if self.may(needed.partition("#")[0])]

    def sexes(self) -> list[Choice]:
        """Return the choices of a sex."""
        return [Choice(str(int(sex)), self.words.sex(sex)) for sex in (Sex.MALE, Sex.FEMALE)]

    def today(self) -> date:
        """Return the present day in Japan."""
        return self.site.environment.clock.today()

    def new_form(self, **values: str | Sequence[str]) -> Form:
        """Return a form for GET: what was typed before the session ended, else `values` with a new request id."""
        draft = self.site.draft()
        if draft:
            return Form(draft)
        return Form({REQUEST_ID: self.site.environment.randomness.token(), **values})

    def posted_form(self, **values: str) -> Form:
        """Return what this request posts, or a new form for GET."""
        return Form.posted(request.form) if request.method == "POST" else self.new_form(**values)

    def request_id(self, form: Form) -> str:
        """Return the form's request id, which makes a second submission of it do nothing new.

        One that this site cannot have made is refused like a form that is out of date.
        """
        value = form.value(REQUEST_ID)
        if not _REQUEST_ID.match(value):
            _ = self.site.translate
            form.refuse("", _("This form is out of date; open the page again."))
        return value

    def attempt(self, form: Form, call: Callable[[], object], fields: Mapping[str, str] | None = None) -> bool:
        """Run an operation; a refusal becomes a message of the form, so that nothing typed is lost.

        `fields` names, by error code or ``code/item``, the field the message belongs to. What is no matter of this form
        (role, affair, own corrupt state) is raised.
        """
        try:
            call()
        except (ActionNotPermitted, AffairNotLawful, Corrupt):
            raise
        except MizuhikiError as error:
            code = str(error.fields.get("peer_code") or error.code)
            item = next((str(value) for value in error.fields.values() if value), "")
            known = fields or {}
            name = known.get(f"{code}/{item}", known.get(code, ""))
            form.refuse(name, self.words.refusal(error))
        return form.good

    def late_reason(self, form: Form, deadline: Deadline, event: date | None, received: date | None) -> str:
        """Return the reason typed for a late notification; a late one without it gets its message."""
        _ = self.site.translate
        due = None if event is None else deadline.last_day(event)
        if due is not None and received is not None and received > due and not form.value("late_reason"):
            form.refuse(
                "late_reason",
                _("Late since %(day)s: enter the reason given in writing", day=self.words.short_day(due)),
            )
        return form.value("late_reason")

    def stopped(self, error: MizuhikiError) -> Blocking:
        """Return the warning for a step that was refused: which rule, and its details."""
        _ = self.site.translate
        facts = [Answer(_("Rule"), error.code)]
        facts += [Answer(self.words.field(name), str(value)) for name, value in error.fields.items() if value]
        return Blocking(self.words.refusal(error), _("Nothing was changed by this step."), tuple(facts))


class UnknownStep(Malformed):
    """A post names no step of the page."""

    code = "unknown-step"
    title = "This page has no such step; open it again"


def refuse_step() -> None:
    """Refuse a post that names no step.

    Raises:
        UnknownStep: always.
    """
    raise UnknownStep


def refusal_of_step(call: Callable[[], object]) -> MizuhikiError | None:
    """Run a step of a case and return its refusal, if any; what is no matter of the case is raised."""
    try:
        call()
    except (ActionNotPermitted, AffairNotLawful, Corrupt, UnknownStep, UnderSupportMeasure):
        raise
    except MizuhikiError as error:
        return error
    return None
