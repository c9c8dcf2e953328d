"""Words for receiving systems, encodings and substitute characters."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.resident_file import FileEncoding
from mizuhiki.institutions.municipality.web.messages import N_
from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.vocabulary.names.substitute_candidates import CandidateSource

REPERTOIRES = {
    Repertoire.FULL: N_("Every character with its variation selectors, as the register"),
    Repertoire.WITHOUT_SELECTORS: N_("Every character, but no variation selectors"),
    Repertoire.JIS_X_0213: N_("JIS X 0213 (levels 1 to 4)"),
    Repertoire.JIS_X_0208: N_("JIS X 0208 (levels 1 and 2)"),
}
"""From the widest to the narrowest, as pages offer them."""
ENCODINGS = {
    FileEncoding.UTF_8: N_("UTF-8"),
    FileEncoding.SHIFT_JIS: N_("Shift_JIS (JIS X 0208; Windows reads it as CP932)"),
    FileEncoding.SHIFT_JIS_2004: N_("Shift_JIS-2004 (JIS X 0213)"),
}
SOURCES = {
    CandidateSource.BASE: N_("The character without its variation selector"),
    CandidateSource.UNIFIED: N_("The unified character of a compatibility ideograph"),
    CandidateSource.VARIANT: N_("Another form in the table of variants"),
    CandidateSource.POSITION: N_("Stands at the same position of JIS X 0208 in Windows"),
    CandidateSource.COMPATIBILITY: N_("The same character in ordinary width or form"),
    CandidateSource.LETTER: N_("The letter without its mark"),
}
ERROR_TITLES = (
    N_("Enter one character, with its variation selector if it has one"),
    N_("The receiving system can write this character; it needs no substitute"),
    N_("Say in at most 400 characters why this character may stand for the other"),
    N_("A choice begins today or later"),
    N_("This substitute is chosen already"),
    N_("No substitute is chosen for this character"),
    N_("The chosen substitute is not one character that the receiving system can write"),
    N_("This encoding is not offered for these characters; choose UTF-8"),
    N_("Name the receiving system in at most 100 characters"),
    N_("A text holds ~ or \\, which this encoding cannot write; choose UTF-8"),
    N_("There is no page for this character"),
)
NAVIGATION = N_("Substitute characters")
