"""Messages that the reader's pages use by their English text: what signatures are for, and titles of errors."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


PURPOSES = {
    "portal.sign-in": N_("Log in to the citizen portal"),
    "portal.open-account": N_("Open your account at the citizen portal"),
    "portal.open-history": N_("Open your history of exchanges"),
    "portal.open-look-ups": N_("See who looked you up"),
}
"""By the text key in a request; a request for anything else shows its own words only."""

NAVIGATION = (N_("Cards"),)
ERROR_TITLES = (
    N_("The card reader is not waiting for a card in this browser"),
    N_("There is no such card"),
    N_("A card signed for this request already"),
    N_("There is no such request, or it is over"),
    N_("A font for printing is not installed"),
)
