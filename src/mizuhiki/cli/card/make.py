"""``mizuhiki card new, emulate``: make a test card, and plug it into the system's PC/SC service."""

from __future__ import annotations

import enum
import signal
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from mizuhiki.card.faces import FaceImages
from mizuhiki.card.generation import CardGeneration, card_generation, card_generation_on
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.specimen import Specimen, SpecimenCard, SpecimenPins, SpecimenPrint, make_specimen
from mizuhiki.card.store import FileCardStore
from mizuhiki.cli.card.options import (
    PASSPHRASE_VARIABLE,
    AsJson,
    PassphraseFile,
    card_passphrase,
    open_chip,
    telling,
)
from mizuhiki.cli.output import answer
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.documents.card.chip_images import chip_images
from mizuhiki.documents.card.form import form_on
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.photos import check_photo, photo_needed
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.runtime.card_readers.file_lock import hold_card_file
from mizuhiki.runtime.card_readers.frames import DEFAULT_PORT
from mizuhiki.runtime.card_readers.virtual_card import Moment, VirtualCard
from mizuhiki.runtime.card_readers.virtual_reader import LOOPBACK
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.vocabulary.dates import JST, age_on, may_have_signature_certificate
from mizuhiki.vocabulary.errors import Conflict, Refused
from mizuhiki.vocabulary.names.person_name import is_one_line
from mizuhiki.vocabulary.persons import FourItems, Sex

_MOST_PORT = 65535
_NOON = 12
_MAYOR = "見本市長"
_SIGNATURE_PIN = "ABC123"


class SexOption(enum.StrEnum):
    """The sex in the register."""

    MALE = "male"
    FEMALE = "female"
    NOT_STATED = "not-stated"


class GenerationOption(enum.StrEnum):
    """The generations of the card that come with this package."""

    FIRST = "2016"
    FORMER_SURNAME = "2019"
    NEXT = "next"


_SEX = {SexOption.MALE: Sex.MALE, SexOption.FEMALE: Sex.FEMALE, SexOption.NOT_STATED: Sex.NOT_STATED}
_DEFAULT = Specimen().items


class CardFileExists(Conflict):
    """A card file is never written over: its keys exist nowhere else."""

    code = "card-file-exists"
    title = "There is a file of that name already"


class GenerationNotIssuedThen(Refused):
    """Cards of the day are of another generation; the field `issued` names it, ``--issued-on`` sets the day."""

    code = "card-generation-not-issued-then"
    title = "Cards of that generation were not issued on that day"


class CardDayImpossible(Refused):
    """A day that lies after what it must come before; the field `option` names it."""

    code = "card-day-impossible"
    title = "This day is not possible for a card"


class CardTextNotOneLine(Refused):
    """A name or address with a line break, a control or a format character; the field `option` names it."""

    code = "card-text-not-one-line"
    title = "A name or address is one line without control characters"


def new(
    out: Annotated[Path, typer.Option("--out", help="Card file to make.", dir_okay=False)],
    *,
    user_pin: Annotated[str, typer.Option(help="PIN for user identification, four digits.")] = "1234",
    signature_pin: Annotated[
        str | None,
        typer.Option(
            help="PIN for signatures, 6 to 16 capital letters and digits; empty: no signature key. "
            f"{_SIGNATURE_PIN} when not given; persons under 15 get no signature key.",
            show_default=False,
        ),
    ] = None,
    items_pin: Annotated[str, typer.Option(help="PIN for the items; as the user PIN when not given.")] = "",
    register_pin: Annotated[str, typer.Option(help="PIN of the resident register; likewise.")] = "",
    passphrase_file: PassphraseFile = None,
    name: Annotated[str, typer.Option(help="Name of the invented holder.")] = _DEFAULT.name,
    birth: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])] = datetime(1990, 4, 1),  # noqa: DTZ001 - only its day is used
    sex: Annotated[SexOption, typer.Option()] = SexOption.FEMALE,
    address: Annotated[str, typer.Option(help="Invented address.")] = _DEFAULT.address,
    generation: Annotated[
        GenerationOption | None, typer.Option(help="The card's generation; that of the day when not given.")
    ] = None,
    issued_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of issue, from 2016 to today; today when not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a test card for an invented person, with certificates of authorities that are thrown away afterwards.

    Nobody issued this card and no register knows its number. The file is encrypted; without a passphrase of your own
    it is the test default, which everybody knows.
    """
    passphrase, default = card_passphrase(passphrase_file)
    drafted = out.with_name(out.name + ".draft")
    with telling(as_json=as_json):
        if out.exists():
            raise CardFileExists(file=out.name)
        now = _moment(SystemClock().now(), issued_on)
        day = now.astimezone(JST).date()
        person = _person(FourItems(name, "", birth.date(), _SEX[sex], address), day)
        pins = SpecimenPins(
            user_identification=user_pin,
            signature=_signature_pin(signature_pin, person, day),
            items=items_pin or user_pin,
            resident_register=register_pin or user_pin,
        )
        chosen = _generation(generation, day)
        drafted.unlink(missing_ok=True)
        try:
            made = make_specimen(
                FileCardStore(drafted),
                CardSecret.from_passphrase(passphrase),
                SystemRandomness(),
                now=now,
                pins=pins,
                specimen=Specimen(items=person),
                generation=chosen,
                draw_face=draw_face,
            )
            drafted.rename(out)
        finally:
            drafted.unlink(missing_ok=True)
    _tell_made(out, made, signature=pins.signature is not None, default=default, as_json=as_json)


def _tell_made(out: Path, made: SpecimenCard, *, signature: bool, default: bool, as_json: bool) -> None:
    """Print what whoever made a card needs to use it; `default` says that everybody knows its passphrase."""
    document = {
        "card": str(out),
        "passphrase": "test default" if default else "your own",
        "security_code": made.security_code,
        "expires_on": made.expires_on.isoformat(),
        "items_check_number": made.items_check_number,
        "signature_key": signature,
    }
    lines = [
        f"[green]made[/green] {escape(str(out))}, for an invented person",
        f"card valid to {made.expires_on.isoformat()}"
        + ("" if signature else "; without signature key, so it cannot sign"),
        f"security code {made.security_code}, 照合番号B {made.items_check_number}",
        f"[yellow]encrypted with the test default passphrase: it guards nothing[/yellow] (own: {PASSPHRASE_VARIABLE})"
        if default
        else "encrypted with your passphrase",
        f"try: mizuhiki card info --card {escape(str(out))}",
    ]
    answer(document, "\n".join(lines), as_json=as_json)


def _moment(now: datetime, issued_on: datetime | None) -> datetime:
    """Return when the card is made: noon of the day asked for, but never later than `now`.

    Raises:
        CardDayImpossible: that day has not come yet.
    """
    if issued_on is None:
        return now
    if issued_on.date() > now.astimezone(JST).date():
        raise CardDayImpossible("No card was issued yet on a day to come", option="--issued-on")
    return min(now, issued_on.replace(hour=_NOON, tzinfo=JST))


def _person(items: FourItems, day: date) -> FourItems:
    """Return the holder's items, which must be such as a register could have on `day`.

    Raises:
        CardTextNotOneLine: name or address is more than one line of text.
        CardDayImpossible: the holder was not born yet.
    """
    for option, text in (("--name", items.name), ("--address", items.address)):
        if not is_one_line(text):
            raise CardTextNotOneLine(option=option)
    if items.birth_date > day:
        raise CardDayImpossible("The holder was born after the day of issue", option="--birth")
    return items


def _signature_pin(given: str | None, person: FourItems, day: date) -> str | None:
    """Return the signature PIN, None for a card without that key: nobody under 15 has one without asking."""
    if given is None:
        return _SIGNATURE_PIN if may_have_signature_certificate(person.birth_date, day) else None
    return given or None


def _generation(option: GenerationOption | None, day: date) -> CardGeneration:
    """Return the generation of a card of `day`.

    Raises:
        UnknownGeneration: no card was issued yet.
        GenerationNotIssuedThen: the option names one that was issued on other days.
    """
    if option is GenerationOption.NEXT:
        return card_generation(option.value)
    of_day = card_generation_on(day)
    if option is not None and option.value != of_day.name:
        raise GenerationNotIssuedThen(generation=option.value, day=day.isoformat(), issued=of_day.name)
    return of_day


def draw_face(printed: SpecimenPrint) -> FaceImages:
    """Draw the face of an invented person's card, with a drawn portrait where one belongs.

    Raises:
        CharacterNotPrintable, DoesNotFit, FontsMissing: the name or address cannot be printed here.
    """
    photo, born, day = None, printed.items.birth_date, printed.issued_on
    if photo_needed(born, day):
        photo = check_photo(portrait_jpeg(printed.items.name, age_on(born, day)), taken_on=day, received_on=day)
    record = CardRecord(
        name=printed.items.name,
        address=printed.items.address,
        birth_date=born,
        sex=printed.items.sex,
        number=printed.number,
        issued_on=day,
        expires_on=printed.expires_on,
        mayor=_MAYOR,
        card_serial=printed.card_serial,
        security_code=printed.security_code,
        photo=photo,
    )
    images = chip_images(record, form_on(day))
    return FaceImages(
        name=images.name,
        address=images.address,
        photo=images.photo,
        security_code=images.security_code,
        number=images.number,
    )


def emulate(
    card: Annotated[Path, typer.Option("--card", help="Card file to plug in.", exists=True, dir_okay=False)],
    *,
    vpcd: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where vpcd waits for a card.")] = (
        f"{LOOPBACK}:{DEFAULT_PORT}"
    ),
    passphrase_file: PassphraseFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> None:
    """Plug a card into the system's PC/SC service through vpcd until interrupted; programs see a reader with a card.

    Needs pcscd with the driver vpcd (Debian: vsmartcard-vpcd). Waits for a reader that is not there yet, and plugs
    the card in again when the service restarts.
    """
    host, port = _address(vpcd)

    def report(moment: Moment) -> None:
        typer.echo(
            msgspec.json.encode({"card": str(card), "event": moment.value}).decode() if as_json else _SAID[moment]
        )

    with telling(as_json=as_json), hold_card_file(card):
        plugged = VirtualCard(InProcessReader(open_chip(card, passphrase_file)), host, port, report=report)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            plugged.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        plugged.run()


_SAID = {
    Moment.PLUGGED_IN: "The card is in the reader.",
    Moment.UNPLUGGED: "The card is out of the reader.",
    Moment.WAITING: "No virtual reader listens there; waiting.",
    Moment.CUT_OFF: "The connection to the reader broke.",
    Moment.POWER_LOST: "The card lost power in the middle of a write; it is put in again.",
}


def _address(text: str) -> tuple[str, int]:
    """Read HOST:PORT; an IPv6 address stands in brackets."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) <= _MOST_PORT:
        raise typer.BadParameter("the virtual reader's address is HOST:PORT", param_hint="--vpcd")
    return host.removeprefix("[").removesuffix("]"), int(port)
