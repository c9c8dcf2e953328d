"""Logs: one JSON object a line on standard error, without personal data (rule 5).

A sensitive value, or twelve digits that pass the check digit of an Individual Number, may not reach a log. In
production such a value is replaced and the line marked; in tests and development it raises, so that the mistake is
found where it was made. Exceptions are logged by class and place, never by their text, which may quote a value.
"""

from __future__ import annotations

import re
import sys
import traceback
import unicodedata
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from mizuhiki.runtime.faults import SensitiveInRecord
from mizuhiki.vocabulary.numbers import individual_number_check_digit
from mizuhiki.vocabulary.sensitive import Sensitive

REDACTED = "[redacted]"
_TWELVE_DIGITS = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_SMALLEST_WITH_ONE_ZERO = 10**10
_FRAMES = 6


def looks_like_individual_number(text: str) -> bool:
    """Tell whether `text` contains twelve digits in a row that pass the check digit."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(individual_number_check_digit(run[:11]) == run[11] for run in _TWELVE_DIGITS.findall(plain))


def is_sensitive(value: object) -> bool:
    """Tell whether a value, or anything inside a container, must not be written down."""
    if isinstance(value, Sensitive | bytes | bytearray):
        return True
    if isinstance(value, str):
        return looks_like_individual_number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= _SMALLEST_WITH_ONE_ZERO and looks_like_individual_number(f"{value:012d}")
    if isinstance(value, Mapping):
        return any(is_sensitive(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return any(is_sensitive(part) for part in value)
    return False


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what may not be written down and mark the line; a structlog processor for production."""
    found = [name for name, value in event.items() if is_sensitive(value)]
    for name in found:
        event[name] = REDACTED
    if found:
        event["redacted"] = sorted(found)
    return event


def refuse(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Raise on what may not be written down; a structlog processor for tests and development.

    Raises:
        SensitiveInRecord: names the fields, never the values.
    """
    found = sorted(name for name, value in event.items() if is_sensitive(value))
    if found:
        message = f"sensitive value in the log fields {', '.join(found)}"
        raise SensitiveInRecord(message)
    return event


def configure(*, strict: bool, stream: TextIO | None = None) -> None:
    """Set up logging for this process; `strict` raises on sensitive values, otherwise they are replaced."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            refuse if strict else redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger() -> Any:  # noqa: ANN401 - structlog's bound loggers have no common static type
    """Return the logger of this process."""
    return structlog.get_logger()


def where(error: BaseException) -> list[str]:
    """Return the innermost places of an exception as ``file:line function``, without its text or any value."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
