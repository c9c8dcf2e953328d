"""Messages that other layers use by their English text and that pages show; listed so that they are translated here.

These are the titles of the error families and of the errors of `runtime.pages`. An institution lists the titles of its
own errors in the same way in its own folder.
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


MESSAGES = (
    N_("Error"),
    N_("The input cannot be read"),
    N_("Refused"),
    N_("Not found"),
    N_("Not possible in the present state"),
    N_("Not available now"),
    N_("Stored state or a proof does not check"),
    N_("The request cannot be read"),
    N_("Page not found"),
    N_("This page cannot be used in this way"),
    N_("What was sent is too large"),
    N_("Too many attempts"),
    N_("This form is out of date"),
    N_("Something went wrong on our side"),
    N_("Sign in first"),
    N_("This form was not sent from our own page"),
    N_("The account or the passphrase is wrong"),
    N_("No affair, legal basis or purpose was stated"),
)
