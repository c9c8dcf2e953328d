"""Entry of one person on a claim: number and person proved, and what they wrote (番号法16条; R-051)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from mizuhiki.casework.domain.persons import IdentityCheck, NumberProof, PersonForm, PersonProof, Role
from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web import messages
from mizuhiki.casework.web.desk import CaseDesk
from mizuhiki.ui.components import Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.vocabulary.places import municipality

_SEXES = (Sex.MALE, Sex.FEMALE)


@dataclass(frozen=True, slots=True)
class PersonEntry(Generic[RecordsT]):
    """Fields ``<prefix>_…`` of one person; an optional person is left out where no number is typed."""

    desk: CaseDesk[RecordsT]
    prefix: str
    role: Role
    title: str
    optional: bool = False

    def shown(self) -> dict[str, object]:
        """Return what the macro ``person_fields`` shows."""
        desk = self.desk
        _ = desk.site.translate
        sexes = {Sex.MALE: _("Male"), Sex.FEMALE: _("Female")}
        return {
            "prefix": self.prefix,
            "title": self.title,
            "optional": self.optional,
            "applicant": self.role is Role.APPLICANT,
            "sexes": [Choice(str(int(sex)), sexes[sex]) for sex in _SEXES],
            "numbers": [Choice(c, desk.words(messages.NUMBER_PROOFS, c)) for c in messages.NUMBER_PROOFS],
            "persons": [Choice(c, desk.words(messages.PERSON_PROOFS, c)) for c in messages.PERSON_PROOFS],
            "compared": [Choice("yes", _("Compared with what is written"))],
        }

    def _name(self, field: str) -> str:
        return f"{self.prefix}_{field}"

    def read(self, form: Form) -> PersonForm | None:
        """Return the person, or None with messages attached, or None where an optional person is left out."""
        _ = self.desk.site.translate
        if self.optional and not form.value(self._name("number")):
            return None
        number = form.require(self._name("number"), _("Enter the number from the claim"))
        if number:
            wrong = _("This is not an Individual Number; check the twelve digits")
            form.parse(self._name("number"), IndividualNumber.parse, wrong)
        name = form.require(self._name("name"), _("Enter the name as written on the claim"))
        kana = form.require(self._name("kana"), _("Enter the name in kana"))
        wrong_day = _("Enter the date of birth like 1985-04-01 or 昭和60年4月1日")
        born = form.parse(self._name("born"), parse_date, wrong_day)
        sex = form.choose(self._name("sex"), [str(int(one)) for one in _SEXES], _("Choose the sex"))
        address = form.require(self._name("address"), _("Enter the address as written on the claim"))
        place = form.parse_if_given(
            self._name("january"), municipality, _("Enter the six digits of a municipality's code")
        )
        identity = self._identity(form)
        if not form.good or born is None:
            return None
        return PersonForm(
            role=self.role,
            number_text=number,
            name=name,
            name_kana=kana,
            birth_date=born,
            sex=Sex(int(sex)),
            address=address,
            identity=identity,
            lived_on_1_january="" if place is None else place.code,
        )

    def _identity(self, form: Form) -> IdentityCheck:
        _ = self.desk.site.translate
        number = form.choose(self._name("number_proof"), list(NumberProof), _("Choose what proved the number"))
        person = form.value(self._name("person_proof"))
        if self.role is Role.APPLICANT:
            person = form.choose(self._name("person_proof"), list(PersonProof), _("Choose what proved the person"))
        if form.value(self._name("compared")) != "yes":
            form.refuse(self._name("compared"), _("Not confirmed: number and items were compared"))
        return IdentityCheck(
            NumberProof(number) if number in set(NumberProof) else None,
            PersonProof(person) if person in set(PersonProof) else None,
            compared=form.value(self._name("compared")) == "yes",
        )
