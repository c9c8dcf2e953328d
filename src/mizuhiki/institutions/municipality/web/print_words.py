"""Titles of what stops printing and of what a card answers: errors of lower layers, translated here."""

from __future__ import annotations

from mizuhiki.institutions.municipality.web.messages import N_

DOCUMENT_TITLES = (
    N_("A font for printing is not installed"),
    N_("No installed font has one of these characters"),
    N_("The text does not fit its place on the page"),
    N_("The page cannot be laid out"),
    N_("There is no such form of the card"),
    N_("No room is left in the endorsement field"),
    N_("An item to be printed is missing or malformed"),
    N_("The back of the card may be copied only by those whom the law names (番号法20条)"),
    N_("The holder has not consented to a copy"),
    N_("The photo cannot be used"),
    N_("This card needs a photo"),
    N_("The card of an infant under one bears no photo"),
    N_("The seal cannot be used now"),
    N_("This is not a PDF file that can be sealed"),
)
CARD_TITLES = (
    N_("The card is not complete"),
    N_("This item may not be recorded in the card"),
    N_("Persons under 15 get no signature certificate, so their card has no signature key; leave its PIN out"),
    N_("The PIN is wrong"),
    N_("The PIN is blocked"),
    N_("One try is left before the PIN is blocked"),
    N_("The card refused"),
    N_("The card does not trust this terminal"),
    N_("This card is not used without its PIN"),
    N_("The card does not belong to this issuer"),
    N_("The card holds no such certificate"),
    N_("This card has no signature certificate"),
    N_("This is not an Individual Number Card"),
    N_("The card has no such file"),
    N_("The card does not answer"),
    N_("The secure session with the card is broken"),
    N_("There is no such application for the free area"),
)
COPY_TITLES = (
    N_("No law lets this list be given for this purpose"),
    N_("The request for a copy names something unknown"),
)
