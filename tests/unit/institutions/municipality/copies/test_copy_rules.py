"""Who may ask for a copy, what they show and hand in, and what never stands on it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.copies.errors import (
    CopyForOffender,
    CopyRefused,
    DeliveryNotApplicable,
    DeliveryNotJustified,
    ForeignNotYet,
    IdentityNotShown,
    ItemNotForRequester,
    KindDoesNotFit,
    NumberNotOnRecord,
    PaperMissing,
    ReasonMissing,
    RecordNotKept,
    RequesterNotEntitled,
)
from mizuhiki.institutions.municipality.domain.copies.kinds import (
    CopyKind,
    Delivery,
    IdentityLevel,
    Interest,
    Item,
    Paper,
    Place,
    Profession,
    Requester,
    Scope,
    Shown,
    Way,
)
from mizuhiki.institutions.municipality.domain.copies.requests import Asker, CopyRequest, NationwideQuery, Sending
from mizuhiki.institutions.municipality.domain.copies.rules import (
    MOST_COPIES,
    Standing,
    decide,
    decide_nationwide,
    fee_of,
)
from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.vocabulary.persons import Sex
from support.copies import request_of, resident

TODAY = date(2019, 12, 2)
PERSON = resident("person")
HOUSE = Standing((PERSON,), ("person", "wife"))
WHOLE: dict[Requester, dict[str, Any]] = {
    Requester.SELF: {"asker": Asker(Requester.SELF, "name", "person")},
    Requester.SAME_HOUSEHOLD: {"asker": Asker(Requester.SAME_HOUSEHOLD, "name", "wife")},
    Requester.MESSENGER: {"papers": {Paper.POWER_OF_ATTORNEY}},
    Requester.VOLUNTARY_AGENT: {"papers": {Paper.POWER_OF_ATTORNEY}},
    Requester.LEGAL_REPRESENTATIVE: {"papers": {Paper.PROOF_OF_REPRESENTATION}},
    Requester.REPRESENTATIVE_MESSENGER: {"papers": {Paper.PROOF_OF_REPRESENTATION, Paper.POWER_OF_ATTORNEY}},
    Requester.THIRD_PARTY: {
        "asker": Asker(Requester.THIRD_PARTY, "name", interest=Interest.OWN_RIGHTS),
        "papers": {Paper.PROOF_OF_INTEREST},
        "purpose": "a debt to be collected",
    },
    Requester.LAWYER: {
        "asker": Asker(Requester.LAWYER, "name", body="office and client", profession=Profession.ATTORNEY),
        "papers": {Paper.UNIFIED_FORM},
        "purpose": "inheritance",
    },
    Requester.PUBLIC_BODY: {
        "asker": Asker(Requester.PUBLIC_BODY, "name", body="tax office"),
        "papers": {Paper.OFFICIAL_LETTER},
        "purpose": "国税徴収法141条",
    },
}


def whole(kind: Requester, **changes: Any) -> CopyRequest:
    values = {"asker": Asker(kind, "name"), **WHOLE[kind], **changes}
    return request_of(**(values | {"papers": frozenset(values.get("papers", ()))}))


@pytest.mark.parametrize("kind", list(Requester))
def test_every_kind_of_requester_gets_a_plain_copy_with_what_belongs_to_it(kind: Requester) -> None:
    decide(whole(kind), HOUSE, TODAY)


@pytest.mark.parametrize(
    ("kind", "paper"), [(k, p) for k, parts in WHOLE.items() for p in sorted(parts.get("papers", ()))]
)
def test_without_a_paper_of_theirs_nobody_gets_a_copy(kind: Requester, paper: Paper) -> None:
    with pytest.raises(PaperMissing) as refused:
        decide(whole(kind, papers=WHOLE[kind]["papers"] - {paper}), HOUSE, TODAY)
    assert refused.value.fields["item"] == paper.value
    assert "住民基本台帳法12条" in str(refused.value.fields["rule"])


@pytest.mark.requirement("R-040")
@pytest.mark.parametrize("item", [Item.NUMBER, Item.CODE])
@pytest.mark.parametrize("kind", [Requester.THIRD_PARTY, Requester.LAWYER, Requester.PUBLIC_BODY])
def test_others_never_get_number_or_code(kind: Requester, item: Item) -> None:
    with pytest.raises(ItemNotForRequester):
        decide(whole(kind, items=frozenset({item})), HOUSE, TODAY)


@pytest.mark.parametrize(
    ("kind", "changes", "item"),
    [
        (Requester.THIRD_PARTY, {"purpose": " "}, "purpose"),
        (Requester.THIRD_PARTY, {"asker": Asker(Requester.THIRD_PARTY, "name")}, "interest"),
        (Requester.LAWYER, {"asker": Asker(Requester.LAWYER, "name", body="office")}, "profession"),
        (Requester.LAWYER, {"asker": Asker(Requester.LAWYER, "name", profession=Profession.ATTORNEY)}, "body"),
        (Requester.PUBLIC_BODY, {"asker": Asker(Requester.PUBLIC_BODY, "name")}, "body"),
        (Requester.SELF, {"asker": Asker(Requester.SELF, " ", "person")}, "name"),
    ],
)
def test_what_has_to_be_stated_is_asked_for(kind: Requester, changes: dict[str, Any], item: str) -> None:
    with pytest.raises(ReasonMissing) as refused:
        decide(whole(kind, **changes), HOUSE, TODAY)
    assert refused.value.fields["item"] == item


def test_only_the_person_and_who_lives_with_them_are_the_person_and_the_household() -> None:
    for asker in (Asker(Requester.SELF, "x", "other"), Asker(Requester.SAME_HOUSEHOLD, "x", "other")):
        with pytest.raises(RequesterNotEntitled):
            decide(request_of(asker=asker), HOUSE, TODAY)


@pytest.mark.parametrize(
    ("shown", "questioned", "level"),
    [
        ((), True, IdentityLevel.NONE),
        ((Shown.HEALTH_INSURANCE_CARD,), False, IdentityLevel.NONE),
        ((Shown.HEALTH_INSURANCE_CARD,), True, IdentityLevel.QUESTIONED),
        ((Shown.HEALTH_INSURANCE_CARD, Shown.BANK_CARD), False, IdentityLevel.TWO_DOCUMENTS),
        ((Shown.DRIVING_LICENCE,), False, IdentityLevel.PHOTO),
    ],
)
def test_identity_has_four_levels_and_the_lowest_gets_nothing(
    shown: tuple[Shown, ...],
    level: IdentityLevel,
    *,
    questioned: bool,
) -> None:
    request = request_of(shown=frozenset(shown), questioned=questioned)
    assert request.identity is level
    if level is IdentityLevel.NONE:
        with pytest.raises(IdentityNotShown):
            decide(request, HOUSE, TODAY)
    else:
        decide(request, HOUSE, TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"items": frozenset({Item.NUMBER})},
        {"items": frozenset({Item.CODE})},
        {"way": Way.POST, "sending": Sending(Delivery.PRINCIPAL_ADDRESS)},
    ],
)
def test_questions_replace_documents_only_for_a_plain_copy_at_the_counter(changes: dict[str, Any]) -> None:
    request = request_of(shown=frozenset({Shown.HEALTH_INSURANCE_CARD}), questioned=True, **changes)
    with pytest.raises(IdentityNotShown):
        decide(request, HOUSE, TODAY)


@pytest.mark.requirement("R-057")
def test_a_removed_record_is_copied_while_it_is_kept() -> None:
    def ask(removed_on: date, day: date) -> str:
        gone = resident("person", state=RecordState.REMOVED, removed_on=removed_on)
        try:
            decide(request_of(kind=CopyKind.REMOVED), Standing((gone,), ()), day)
        except CopyRefused as refusal:
            return refusal.code
        return ""

    assert ask(date(2014, 6, 19), date(2019, 6, 19)) == ""
    assert ask(date(2014, 6, 19), date(2019, 6, 20)) == RecordNotKept.code
    assert ask(date(2014, 6, 20), date(2164, 6, 20)) == ""
    assert ask(date(2014, 6, 20), date(2164, 6, 21)) == RecordNotKept.code


def test_living_and_removed_records_have_copies_of_their_own() -> None:
    gone = resident("person", state=RecordState.REMOVED, removed_on=TODAY)
    for kind, record in ((CopyKind.RESIDENT, gone), (CopyKind.STATEMENT, gone), (CopyKind.REMOVED, PERSON)):
        with pytest.raises(KindDoesNotFit):
            decide(request_of(kind=kind), Standing((record,), ("person",)), TODAY)


@pytest.mark.requirement("R-045")
def test_the_code_of_foreign_residents_stands_on_copies_from_2013_07_08() -> None:
    foreign = Standing((resident("person", nationality="BR"),), ("person",))
    request = request_of(items=frozenset({Item.CODE}))
    with pytest.raises(ForeignNotYet):
        decide(request, foreign, date(2013, 7, 7))
    decide(request, foreign, date(2013, 7, 8))
    decide(request, HOUSE, date(2013, 7, 7))
    decide(request_of(), foreign, date(2012, 7, 9))


def test_a_number_that_is_not_there_cannot_be_printed() -> None:
    with pytest.raises(NumberNotOnRecord):
        decide(
            request_of(items=frozenset({Item.NUMBER})), Standing((resident("person", number=None),), ("person",)), TODAY
        )


@pytest.mark.requirement("R-075")
def test_the_offender_and_who_acts_for_them_get_nothing_about_a_protected_person() -> None:
    protected = Standing((PERSON,), ("person",), under_measure=True)
    for kind in (Requester.SELF, Requester.LAWYER, Requester.VOLUNTARY_AGENT):
        asker = Asker(kind, "name", "person", "office", profession=Profession.ATTORNEY, acts_for_offender=True)
        with pytest.raises(CopyForOffender) as refused:
            decide(whole(kind, asker=asker), protected, TODAY)
        assert "2018-12-03" in str(refused.value.fields["rule"])


def test_a_plain_copy_by_post_is_sent_and_at_the_counter_is_handed_over() -> None:
    for way, delivery in ((Way.COUNTER, Delivery.PRINCIPAL_ADDRESS), (Way.POST, Delivery.DIRECT)):
        with pytest.raises(DeliveryNotApplicable):
            decide(request_of(way=way, sending=Sending(delivery)), HOUSE, TODAY)
    decide(request_of(way=Way.POST, sending=Sending(Delivery.PRINCIPAL_ADDRESS)), HOUSE, TODAY)
    office = Sending(Delivery.ELSEWHERE, Place.REQUESTER_OFFICE, "東京都架空区1")
    decide(whole(Requester.LAWYER, way=Way.POST, sending=office), HOUSE, TODAY)
    other = Sending(Delivery.ELSEWHERE, Place.OTHER, "東京都架空区1", "a reason")
    with pytest.raises(DeliveryNotJustified):
        decide(request_of(way=Way.POST, sending=other), HOUSE, TODAY)


def test_the_fee_is_per_copy_and_public_bodies_pay_none() -> None:
    assert fee_of(request_of(copies=3), 300) == 900
    assert fee_of(request_of(copies=3, free_by="国民年金法104条"), 300) == 0
    assert fee_of(whole(Requester.PUBLIC_BODY), 300) == 0
    for copies in (0, MOST_COPIES + 1):
        with pytest.raises(EmptyForm):
            decide(request_of(copies=copies), HOUSE, TODAY)


def query(**changes: Any) -> NationwideQuery:
    values: dict[str, Any] = {
        "request_id": "nationwide-1",
        "name": "架空　太郎",
        "birth_date": date(1985, 2, 3),
        "sex": int(Sex.MALE),
        "address": "宮崎県都城市架空町1番地2",
        "by": Requester.SELF,
        "shown": Shown.NUMBER_CARD,
        "scope": Scope.PERSON,
    }
    return NationwideQuery(**(values | changes))


@pytest.mark.requirement("R-047")
def test_a_copy_elsewhere_needs_the_card_or_a_public_document_with_a_photograph() -> None:
    good = {Shown.NUMBER_CARD, Shown.RESIDENT_CARD, Shown.DRIVING_LICENCE, Shown.PASSPORT, Shown.RESIDENCE_CARD,
            Shown.DISABILITY_CERTIFICATE}  # fmt: skip
    for shown in Shown:
        if shown in good:
            decide_nationwide(query(shown=shown), [PERSON], TODAY)
        else:
            with pytest.raises(IdentityNotShown):
                decide_nationwide(query(shown=shown), [PERSON], TODAY)


@pytest.mark.requirement("R-047", "R-045")
def test_a_copy_elsewhere_is_for_the_household_never_names_the_domicile_and_reached_foreigners_later() -> None:
    for by in set(Requester) - {Requester.SELF, Requester.SAME_HOUSEHOLD}:
        with pytest.raises(RequesterNotEntitled):
            decide_nationwide(query(by=by), [PERSON], TODAY)
    with pytest.raises(ItemNotForRequester):
        decide_nationwide(query(items=frozenset({Item.DOMICILE})), [PERSON], TODAY)
    decide_nationwide(query(items=frozenset({Item.NUMBER, Item.CODE, Item.HOUSEHOLD})), [PERSON], TODAY)
    foreign = resident("person", nationality="BR")
    with pytest.raises(ForeignNotYet):
        decide_nationwide(query(), [foreign], date(2013, 7, 7))
    decide_nationwide(query(), [foreign], date(2013, 7, 8))
