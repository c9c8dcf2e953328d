"""What the card's status words mean to a person at a reader, in English; the protocol's own words are in `status`."""

from __future__ import annotations

from mizuhiki.card.status import tries_left_of

_MEANINGS = {
    0x9000: "done",
    0x6283: "the card is suspended",
    0x6285: "the card is abolished",
    0x6300: "the check failed; this key has no limit of tries",
    0x6581: "the card could not write to its memory",
    0x6700: "the length of the command is wrong",
    0x6881: "the card has no logical channels",
    0x6882: "the card does not take secure messaging here",
    0x6883: "the last command of a chain is missing",
    0x6884: "the card does not take chained commands here",
    0x6981: "the command does not fit this kind of file",
    0x6982: "the PIN or check number for this was not given",
    0x6983: "the PIN is blocked; only the municipality can reset it",
    0x6984: "the PIN is blocked; only the municipality can reset it",
    0x6985: "the card's state does not allow this",
    0x6986: "no file is selected",
    0x6988: "the secure messaging is not right",
    0x6A80: "the card refused the data of the command",
    0x6A81: "the card does not have this function",
    0x6A82: "there is no such application or file on the card",
    0x6A83: "there is no such record on the card",
    0x6A84: "the card has no room for this",
    0x6A86: "the card does not know these parameters",
    0x6A88: "there is no such PIN or key on the card",
    0x6B00: "the place to read is past the end of the file",
    0x6C00: "the answer is of another length than was asked for",
    0x6D00: "the card does not know this command",
    0x6E00: "the card does not know this class of commands",
    0x6F00: "the card failed and does not say how",
}


def meaning_of(word: int) -> str:
    """Return one clause about a status word, with the tries left where it tells them."""
    left = tries_left_of(word)
    if left is not None:
        return "no tries left: the PIN is blocked" if left == 0 else f"tries left: {left}"
    if word & 0xFF00 == 0x6C00:  # noqa: PLR2004 - 6Cxx carries the right length
        return f"the answer has {word & 0xFF or 256} bytes; ask for so many"
    return _MEANINGS.get(word, "a status word this program does not know")
