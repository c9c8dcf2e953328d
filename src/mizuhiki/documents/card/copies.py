"""Copies of a card: the front by anybody with consent, the back by those whom the law names (R-128, R-129)."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources

import msgspec

from mizuhiki.documents.card.faces import render_face
from mizuhiki.documents.card.form import Form, Side
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.errors import BackCopyRefused, CopyWithoutConsent
from mizuhiki.documents.typesetting import Output


class Copier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of body that may copy and keep the back, with its basis in law."""

    role: str
    who_ja: str
    who_en: str
    basis: str
    valid_from: date


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    copier: tuple[Copier, ...]


@cache
def copiers() -> tuple[Copier, ...]:
    """Return who may copy the back."""
    source = resources.files("mizuhiki.documents").joinpath("forms", "back_copies.toml").read_bytes()
    return msgspec.toml.decode(source, type=_Table).copier


def require_back_copier(role: str, on: date) -> Copier:
    """Return the rule that lets a role copy the back on a day.

    Raises:
        BackCopyRefused: the law does not name it, or not yet.
    """
    for copier in copiers():
        if copier.role == role and copier.valid_from <= on:
            return copier
    raise BackCopyRefused(rule="番号法20条")


def copy_back(record: CardRecord, form: Form, output: Output, *, role: str, on: date) -> bytes:
    """Return a copy of the back, marked as one, for a role that may have it.

    Raises:
        BackCopyRefused: see `require_back_copier`.
    """
    require_back_copier(role, on)
    return render_face(record, form, Side.BACK, output, copied=True)


def copy_front(record: CardRecord, form: Form, output: Output, *, consent: bool) -> bytes:
    """Return a copy of the front, marked as one.

    Raises:
        CopyWithoutConsent: the holder did not agree.
    """
    if not consent:
        raise CopyWithoutConsent
    return render_face(record, form, Side.FRONT, output, copied=True)
