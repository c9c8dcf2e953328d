"""Messages that the landing page uses by their English text."""

from __future__ import annotations

from mizuhiki.ui.components import Tone
from mizuhiki.world.web.view import StepState


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


NAVIGATION = (
    N_("The country"),
    N_("Check a record yourself"),
    N_("Component gallery"),
    N_("Card reader"),
)
STATES = {
    StepState.WAITING: (N_("Waiting"), Tone.NEUTRAL),
    StepState.RUNNING: (N_("Running"), Tone.PROGRESS),
    StepState.DONE: (N_("Done"), Tone.DONE),
    StepState.FAILED: (N_("Failed"), Tone.PROBLEM),
}
