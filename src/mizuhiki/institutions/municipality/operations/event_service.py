"""Life events bound to one municipality's adapters; rules and errors at each operation.

Every one also raises ActorOfOtherInstitution, ActionNotPermitted and AffairNotLawful.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from mizuhiki.institutions.municipality.domain.events.catalogue import FORMS
from mizuhiki.institutions.municipality.domain.events.forms import FormDescription
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events import (
    change_households,
    change_persons,
    correct_records,
    enter_people,
    leave,
    read_counter,
    read_history,
    take_residence_notice,
)
from mizuhiki.institutions.municipality.operations.special_move import enter_special
from mizuhiki.institutions.municipality.operations.take_card_lapses import card_lapses, take_card_lapses
from mizuhiki.runtime.context import Context

P = ParamSpec("P")
T = TypeVar("T")


def _bound(
    operation: Callable[Concatenate[Context, Adapters, P], T],
) -> Callable[Concatenate[EventOperations, Context, P], T]:
    """Return the operation as a method that passes the adapters on."""

    @functools.wraps(operation)
    def call(self: EventOperations, context: Context, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return operation(context, self.adapters, *args, **kwargs)

    return call


@dataclass(frozen=True, slots=True)
class EventOperations:
    """Everything about life events that pages, the interface and the world call."""

    adapters: Adapters

    def forms(self) -> tuple[FormDescription, ...]:
        """Return the description of every kind of event, for pages to show."""
        return tuple(FORMS.values())

    # Of the counter clerk: enter-event.
    move_within = _bound(change_households.move_within)
    split_household = _bound(change_households.split_household)
    merge_households = _bound(change_households.merge_households)
    change_head = _bound(change_households.change_head)
    enter_from_abroad = _bound(enter_people.enter_from_abroad)
    enter_became_resident = _bound(enter_people.enter_became_resident)
    enter_returning = _bound(enter_people.enter_returning)
    enter_on_paper = _bound(enter_people.enter_on_paper)
    enter_special = _bound(enter_special)
    enter_foreign_birth = _bound(enter_people.enter_foreign_birth)
    move_abroad = _bound(leave.move_abroad)
    cancel_move_out = _bound(leave.cancel_move_out)
    enter_death = _bound(leave.enter_death)
    change_name = _bound(change_persons.change_name)
    enter_alias = _bound(change_persons.enter_alias)
    remove_alias = _bound(change_persons.remove_alias)
    enter_former_name = _bound(change_persons.enter_former_name)
    remove_former_name = _bound(change_persons.remove_former_name)
    enter_reading = _bound(change_persons.enter_reading)
    enter_naturalisation = _bound(change_persons.enter_naturalisation)
    enter_loss_of_nationality = _bound(change_persons.enter_loss_of_nationality)
    finish_task = _bound(read_history.finish_task)

    # Of the mayor: enter, remove and correct ex officio; the registrar may correct.
    enter_ex_officio = _bound(enter_people.enter_ex_officio)
    enter_unregistered_birth = _bound(enter_people.enter_unregistered_birth)
    remove_ex_officio = _bound(leave.remove_ex_officio)
    confirm_move_out = _bound(leave.confirm_move_out)
    correct = _bound(correct_records.correct)
    correct_writing = _bound(correct_records.correct_writing)
    cancel_event = _bound(correct_records.cancel_event)

    # Of everybody who reads the register.
    event_view = _bound(read_counter.event_view)
    household_file = _bound(read_counter.household_file)
    record_as_of = _bound(read_history.record_as_of)
    record_history = _bound(read_history.record_history)
    removed_record = _bound(read_history.removed_record)
    records_past_keeping = _bound(read_history.records_past_keeping)
    open_tasks = _bound(read_history.open_tasks)
    card_lapses = _bound(card_lapses)
    supplement_of = _bound(read_history.supplement_of)

    # Of other institutions, over the wire.
    take_card_lapses = _bound(take_card_lapses)
    take_residence_notice = _bound(take_residence_notice.take_residence_notice)
    take_supplement_notice = _bound(read_history.take_supplement_notice)
    answer_supplement = _bound(read_history.answer_supplement)
