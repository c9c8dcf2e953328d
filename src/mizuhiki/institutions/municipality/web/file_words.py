"""Words for the faults and columns of a file of residents."""

from __future__ import annotations

from mizuhiki.institutions.municipality.web.messages import N_

FAULTS = {
    "missing": N_("Nothing is entered"),
    "too-long": N_("Too long"),
    "control-character": N_("A control or format character or a line break is in it, or it begins with a mark"),
    "surrounding-space": N_("A space stands before or after it"),
    "unknown-value": N_("Not one of the allowed values"),
    "malformed-relationship": N_("Not a relationship code"),
    "malformed-person-name": N_("Not a name, or not a reading"),
    "malformed-date": N_("Not a date of the calendar"),
    "date-before-eras": N_("Not a date of the calendar"),
    "malformed-residence-card-number": N_("Not a residence card number"),
    "in-the-future": N_("The day is in the future"),
    "before-birth": N_("The day is before the birth"),
    "not-two-capital-letters": N_("Not two capital letters of a country, such as PH"),
    "not-for-a-japanese": N_("A Japanese has no such item"),
    "not-for-a-foreign-resident": N_("A foreign resident has no such item"),
    "first-is-not-the-head": N_("The first row of a household must be its head"),
    "second-head": N_("The household has a head already"),
    "not-the-address-of-the-household": N_("Differs from the address of the first row of the household"),
    "same-person-twice": N_("The same person stands twice at this address"),
    "household-not-together": N_("The rows of this household do not follow one another"),
    "entered-before-otherwise": N_("This household was entered before with another content"),
    "already-in-the-register": N_("This person is already in the register at this address"),
    "not-the-header": N_("The first row is not the header shown here"),
    "not-the-number-of-columns": N_("The row does not have as many columns as the header"),
    "not-comma-separated": N_("The quotation marks of the row do not fit"),
    "not-utf-8": N_("The file is not in UTF-8"),
    "not-this-encoding": N_("The file is not in the encoding that was chosen"),
    "is-a-package": N_(
        "This is a package for another system; it is not taken over. Ask for a file as the register writes it"
    ),
    "substitute-character": N_(
        "Written with a substitute character, so it is not the register's; ask for a file as the register writes it"
    ),
    "marks-do-not-fit": N_("The marks do not fit the text: one digit a character, 1 for a substitute"),
    "no-residents": N_("The file has no residents"),
    "before-2012-07-09": N_("before 9 July 2012"),
    "status-without-residence-card": N_("a status without residence card"),
    "stay-of-three-months-or-less": N_("a stay of three months or less"),
    "permanent-resident-has-no-period": N_("a permanent resident has no period of stay"),
    "special-permanent-has-no-period": N_("a special permanent resident has no period of stay"),
    "transition-of-60-days": N_("the transition lasts 60 days"),
}
"""By the reason of a fault; every reason the reader and the operation give is here."""
COLUMN_NAMES = {
    "household": N_("Household"),
    "relationship": N_("Relationship"),
    "family": N_("Family name"),
    "given": N_("Given name"),
    "family_kana": N_("Reading of the family name"),
    "given_kana": N_("Reading of the given name"),
    "birth_date": N_("Date of birth"),
    "sex": N_("Sex"),
    "address": N_("Address"),
    "registered_domicile": N_("Registered domicile"),
    "head_of_family_register": N_("Head of the family register"),
    "resident_since": N_("Resident since"),
    "previous_address": N_("Previous address"),
    "nationality": N_("Nationality"),
    "residence_category": N_("Residence category"),
    "residence_status": N_("Residence status"),
    "stay_until": N_("End of the period of stay"),
    "residence_card_number": N_("Residence card number"),
    "stay_period": N_("Period of stay"),
    "alias": N_("Alias"),
    "alias_kana": N_("Reading of the alias"),
    "former_name": N_("Former family name"),
    "former_name_kana": N_("Reading of the former family name"),
}
NAVIGATION = N_("Files of residents")
