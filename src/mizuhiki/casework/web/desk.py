"""What every page about cases works with: the site, the operations, who may do what, words in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Generic

from mizuhiki.casework.domain.cases import CaseState, CaseStep, Evidence
from mizuhiki.casework.domain.gathering import KNOWN, Standing
from mizuhiki.casework.domain.procedures import Procedure
from mizuhiki.casework.operations import Casework
from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web import messages
from mizuhiki.runtime.authority import ActionNotPermitted, Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.gate import Withheld
from mizuhiki.runtime.pages import Site, request
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.ui.components import Action, Answer, Blocking, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import AffairNotLawful
from mizuhiki.vocabulary.dates import JST, to_wareki
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import MalformedInstitutionId, parse_institution_id
from mizuhiki.vocabulary.layouts import Scalar, layout, layout_version
from mizuhiki.vocabulary.layouts.rendering import readable
from mizuhiki.vocabulary.statute import kind_name

HERE = Path(__file__).parent
TEMPLATES, CATALOGUES = HERE / "templates", HERE / "translations"
"""A body's `Look` gets these beside its own folders."""
REQUEST_ID = "request_id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{10,40}\Z")
_STATE_TONES = {
    CaseState.RECEIVED: Tone.ATTENTION,
    CaseState.EXAMINED: Tone.PROGRESS,
    CaseState.PROPOSED: Tone.PROGRESS,
    CaseState.DECIDED: Tone.DONE,
    CaseState.WITHDRAWN: Tone.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class FieldOfWork:
    """Affair and basis that stand behind every page of one desk."""

    affair: str
    basis: str


class CaseDesk(Generic[RecordsT]):
    """Shared by all pages of one affair; holds nothing of a request."""

    def __init__(self, site: Site, service: Casework[RecordsT], authority: Authority, work: FieldOfWork) -> None:
        self.site = site
        self.service = service
        self._authority = authority
        self._work = work

    def context(self, purpose: str) -> Context:
        """Return the grounds of an operation for the signed-in member of staff.

        Raises:
            NotSignedIn: nobody is signed in.
        """
        return self.site.context(self._work.affair, self._work.basis, purpose)

    def require(self, action: str) -> None:
        """Check the role before a page with a form is shown at all; the operation checks again.

        Raises:
            ActionNotPermitted: the role may not do it.
        """
        self._authority.require(self.context("show what this role may do"), action)

    def may(self, action: str) -> bool:
        """Whether the role of the signed-in person may do an action; what it may not is not offered."""
        try:
            self.require(action)
        except ActionNotPermitted:
            return False
        return True

    def offered(self, actions: Iterable[tuple[str, Action]]) -> list[Action]:
        """Return those of the actions, by the policy action they need, that the role may do."""
        return [action for needed, action in actions if self.may(needed)]

    def form(self, **values: str) -> Form:
        """Return what this request posts; for GET what was typed before the session ended, else a new form."""
        if request.method == "POST":
            return Form.posted(request.form)
        draft = self.site.draft()
        return Form(draft or {REQUEST_ID: self.site.environment.randomness.token(), **values})

    def request_id(self, form: Form) -> str:
        """Return the form's request id, which makes a second submission of it do nothing new."""
        value = form.value(REQUEST_ID)
        if not _REQUEST_ID.match(value):
            _ = self.site.translate
            form.refuse("", _("This form is out of date; open the page again."))
        return value

    def attempt(self, form: Form, call: Callable[[], object], fields: Mapping[str, str] | None = None) -> bool:
        """Run an operation; a refusal becomes a message of the form, so that nothing typed is lost.

        `fields` names, by error code or ``code/item``, the field the message belongs to; the code of what another
        institution refused is that of its rule.
        """
        try:
            call()
        except (ActionNotPermitted, AffairNotLawful, Corrupt, Withheld):
            raise
        except MizuhikiError as error:
            known = fields or {}
            item = next((str(value) for value in error.fields.values() if value), "")
            code = _rule_there(error) or error.code
            form.refuse(known.get(f"{code}/{item}", known.get(code, "")), self.refusal(error))
        return form.good

    def refusal_of_step(self, call: Callable[[], object]) -> Blocking | None:
        """Run a step of a case; a refusal comes back as a warning that names the rule."""
        try:
            call()
        except (ActionNotPermitted, AffairNotLawful, Corrupt, Withheld):
            raise
        except MizuhikiError as error:
            _ = self.site.translate
            facts = [Answer(_("Rule"), error.code)]
            facts += [Answer(name, self.code(str(value))) for name, value in error.fields.items() if value]
            return Blocking(self.refusal(error), _("Nothing was changed by this step."), tuple(facts))
        return None

    @property
    def japanese(self) -> bool:
        """Whether Japanese titles of codes are shown; English ones are for ``en`` only."""
        return self.site.language != "en"

    def words(self, table: Mapping[str, str], code: str) -> str:
        """Return the words of a code; one that the table lacks stands for itself."""
        return self.site.translate(table[code]) if code in table else code

    def code(self, text: str) -> str:
        """Return the words of a state, role or kind that stands in an error; anything else stands for itself."""
        for table in (messages.STATES, messages.ROLES, messages.STANDINGS):
            if text in table:
                return self.words(table, text)
        return text

    def refusal(self, error: MizuhikiError) -> str:
        """Return an error as one message, with what it is about; never a typed value.

        What another institution refused is said in the words of its rule; a rule without words is named.
        """
        if isinstance(error, PeerProblem):
            return self._refusal_there(error)
        parts = [self.code(str(error.fields[name])) for name in ("kind", "role", "items", "item", "missing")
                 if error.fields.get(name)]  # fmt: skip
        title = self.site.translate(error.title)
        return f"{title} ({', '.join(parts)})" if parts else title

    def _refusal_there(self, error: PeerProblem) -> str:
        if isinstance(error, Unavailable):
            return self.site.translate(messages.SILENT)
        rule = _rule_there(error)
        if rule in messages.RULES_THERE:
            return self.site.translate(messages.RULES_THERE[rule])
        title = self.site.translate(error.title)
        return f"{title} ({rule})" if rule else title

    def day(self, day: date) -> str:
        """Return a day in the form of the language."""
        return to_wareki(day) if self.japanese else day.isoformat()

    def moment(self, at: datetime) -> str:
        """Return date and time in Japan."""
        local = at.astimezone(JST)
        return f"{self.day(local.date())} {local:%H:%M}"

    def yen(self, amount: int) -> str:
        """Return an amount."""
        return f"{amount:,}円" if self.japanese else f"¥{amount:,}"

    def office(self, institution: str) -> str:
        """Return the name of an institution; one that nobody lists stands for itself."""
        try:
            entry = self.site.environment.directory.entry(parse_institution_id(institution))
        except (MalformedInstitutionId, NotInDirectory):
            return institution
        return entry.name_ja if self.japanese else entry.name_en

    def kind(self, kind: str) -> str:
        """Return the name of a kind of information."""
        name = kind_name(kind)
        return name.ja if self.japanese else name.en

    def procedure(self, procedure: Procedure) -> str:
        """Return the title of a procedure."""
        return procedure.words.title_ja if self.japanese else procedure.words.title_en

    def state(self, state: CaseState) -> Tag:
        """Return a case's state."""
        return Tag(self.words(messages.STATES, state.value), _STATE_TONES[state])

    def standing(self, standing: Standing) -> Tag:
        """Return how a question stands."""
        tone = Tone.DONE if standing in KNOWN else Tone.PROGRESS
        tone = Tone.PROBLEM if standing is Standing.PAPER_NEEDED else tone
        return Tag(self.words(messages.STANDINGS, standing.value), tone)

    def actor(self, actor: str) -> str:
        """Return who acted, from role and account: the account, or the role of machinery."""
        role, _slash, account = actor.partition("/")
        return account or role

    def step(self, step: CaseStep) -> str:
        """Return what happened."""
        for start, words in (("asked-", messages.ASKED), ("paper-", messages.PAPER)):
            if step.step.startswith(start):
                return self.site.translate(words, kind=self.kind(step.step.removeprefix(start)))
        return self.words(messages.STEPS, step.step)

    def items(self, evidence: Evidence) -> list[Answer]:
        """Return an answer's items in the words of its layout."""
        if not evidence.items:
            return []
        asked_on = evidence.asked_at.astimezone(JST).date()
        form = (
            layout_version(evidence.kind, evidence.layout_version)
            if evidence.layout_version
            else layout(evidence.kind, asked_on)
        )
        language = "ja" if self.japanese else "en"
        return [Answer(one.title, one.text) for one in readable(form, evidence.items, language)]

    def read_items(self, kind: str, items: Mapping[str, Scalar], day: date) -> list[Answer]:
        """Return what was read from a paper, in the words of the layout."""
        titles = {one.name: one.title_ja if self.japanese else one.title_en for one in layout(kind, day).items}
        _ = self.site.translate
        flags = {True: _("Yes"), False: _("No")}
        return [
            Answer(titles[name], flags[value] if isinstance(value, bool) else str(value))
            for name, value in items.items()
        ]


def _rule_there(error: MizuhikiError) -> str:
    """Return the code of the rule by which another institution refused; empty where the error is our own."""
    return error.peer_code if isinstance(error, PeerProblem) else ""
