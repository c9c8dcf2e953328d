"""Building blocks of pages about cases; a body composes them with its own screens and words."""

from mizuhiki.casework.web.case_view import Screens
from mizuhiki.casework.web.claim_page import ClaimField, ClaimPage, ClaimScreens, ClaimWords, Input
from mizuhiki.casework.web.desk import CATALOGUES, REQUEST_ID, TEMPLATES, CaseDesk, FieldOfWork
from mizuhiki.casework.web.opening import open_case_site
from mizuhiki.casework.web.ordinances import OrdinancePages, ordinance_link
from mizuhiki.casework.web.pages import CasePages, SavingsPage, whole_number
from mizuhiki.casework.web.person_entry import PersonEntry

__all__ = [
    "CATALOGUES",
    "REQUEST_ID",
    "TEMPLATES",
    "CaseDesk",
    "CasePages",
    "ClaimField",
    "ClaimPage",
    "ClaimScreens",
    "ClaimWords",
    "FieldOfWork",
    "Input",
    "OrdinancePages",
    "PersonEntry",
    "SavingsPage",
    "Screens",
    "open_case_site",
    "ordinance_link",
    "whole_number",
]
