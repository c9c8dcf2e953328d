"""The chip's non-volatile memory: an image that is replaced as a whole, sealed, before anything is answered.

A write that fails leaves the chip mute: the image in working memory is dropped before the store is asked to save, so
the chip can never know or answer more than its store holds.
"""

from __future__ import annotations

import enum
from typing import NoReturn, SupportsIndex

import msgspec

from mizuhiki.card.errors import CardMute
from mizuhiki.card.generation import ApplicationLayout
from mizuhiki.card.store import CardStore
from mizuhiki.crypto.card_keys import CardImageUnreadable, CardKey, CardSecret, CardVault
from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.typed_values import read_msgpack

_IMAGE_VERSION = 1
_SALT_LENGTH = 32
_CARD_NUMBER_LENGTH = 15


class PinRecord(msgspec.Struct, frozen=True):
    """What is kept of a PIN: a salted hash, and the tries left."""

    verifier: bytes
    tries_left: int


class LifeState(enum.IntEnum):
    """Life cycle after the card was handed over; the values are those of SET STATUS and GET DATA."""

    PERSONALISED = 0x0F
    SUSPENDED = 0x7F
    ABOLISHED = 0xFF


class InstalledApplication(msgspec.Struct, frozen=True):
    """An application of the free area: its layout and its provider's keys for changing its files."""

    layout: ApplicationLayout
    provider_keys: bytes


class ChipImage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a chip remembers. Contents go by place (``jpki/0001``); `keys` are wrapped by the vault.

    `card_number` has fifteen digits; `latest_day` is the latest day (YYYYMMDD) a certified terminal showed, since a
    chip has no clock; `pooled_keys` marks a card of a load test, whose keys were not made in it.
    """

    version: int = _IMAGE_VERSION
    generation: str
    closed: bool = False
    salt: bytes
    files: dict[str, bytes] = {}
    pins: dict[str, PinRecord] = {}
    keys: dict[str, bytes] = {}
    forbidden_pins: tuple[bytes, ...] = ()
    state: LifeState = LifeState.PERSONALISED
    card_number: str = ""
    issuer_keys: bytes = b""
    use_without_pin: bool = False
    latest_day: int = 0
    installed: tuple[InstalledApplication, ...] = ()
    pooled_keys: bool = False

    def pin_verifier(self, place: str, pin: bytes) -> bytes:
        """Return the hash that is kept of `pin` at `place`."""
        return labelled_hash("card-pin", self.salt, place.encode("ascii"), pin)

    def forbidden_verifier(self, pin: bytes) -> bytes:
        """Return the hash under which a PIN nobody may choose is remembered."""
        return labelled_hash("card-forbidden-pin", self.salt, pin)


class ChipMemory:
    """Reads and replaces the image; the only caller of the store."""

    __slots__ = ("_image", "_keys", "_randomness", "_store", "_vault")

    def __init__(self, store: CardStore, vault: CardVault, randomness: Randomness) -> None:
        self._store = store
        self._vault = vault
        self._randomness = randomness
        self._image: ChipImage | None = None
        self._keys: dict[str, CardKey] = {}

    @classmethod
    def create(cls, generation: str, store: CardStore, secret: CardSecret, randomness: Randomness) -> ChipMemory:
        """Start the memory of a new chip."""
        memory = cls(store, CardVault.create(secret, randomness), randomness)
        salt = randomness.bytes(_SALT_LENGTH)
        number = f"{randomness.below(10**_CARD_NUMBER_LENGTH):0{_CARD_NUMBER_LENGTH}}"
        memory.replace(ChipImage(generation=generation, salt=salt, card_number=number))
        return memory

    @classmethod
    def open(cls, store: CardStore, secret: CardSecret, randomness: Randomness) -> ChipMemory:
        """Open the memory of a chip that exists.

        Raises:
            CardImageUnreadable: nothing is stored, it is damaged, or the secret is wrong.
        """
        memory = cls(store, CardVault.of_image(secret, store.load() or b""), randomness)
        memory.reload()
        return memory

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a chip's memory cannot be serialised")

    @property
    def image(self) -> ChipImage:
        """The present image.

        Raises:
            CardMute: the last write failed and the chip was not reset since.
        """
        if self._image is None:
            raise CardMute
        return self._image

    def reload(self) -> None:
        """Take the image from the store again, as a chip does at power-on."""
        try:
            image = read_msgpack(self._vault.open_image(self._store.load() or b""), ChipImage)
        except msgspec.DecodeError as error:
            raise CardImageUnreadable from error
        if image.version != _IMAGE_VERSION:
            raise CardImageUnreadable(version=image.version)
        self._keys = {place: self._vault.unwrap_key(raw, name=place) for place, raw in image.keys.items()}
        self._image = image

    def replace(self, image: ChipImage) -> None:
        """Save `image` durably, then use it; whatever the store raises leaves the chip mute."""
        self._image = None
        self._store.save(self._vault.seal_image(msgspec.msgpack.encode(image), self._randomness))
        self._image = image

    def replace_with_keys(self, image: ChipImage, keys: dict[str, CardKey]) -> None:
        """Save `image` with new private keys by place, in one write."""
        wrapped = {
            place: self._vault.wrap_key(key, name=place, randomness=self._randomness) for place, key in keys.items()
        }
        self.replace(msgspec.structs.replace(image, keys={**image.keys, **wrapped}))
        self._keys = {**self._keys, **keys}

    def destroy_key(self, image: ChipImage, place: str) -> None:
        """Save `image` without the private key at `place`, in one write."""
        self.replace(
            msgspec.structs.replace(image, keys={name: key for name, key in image.keys.items() if name != place})
        )
        self._keys = {name: key for name, key in self._keys.items() if name != place}

    def key(self, place: str) -> CardKey | None:
        """Return the key at `place`, usable but closed."""
        return self._keys.get(place) if self._image is not None else None

    def erase(self) -> None:
        """Forget every file, PIN and key for good; only the card's number and its state stay."""
        old = self.image
        erased = ChipImage(
            generation=old.generation,
            salt=old.salt,
            closed=True,
            state=LifeState.ABOLISHED,
            card_number=old.card_number,
            pooled_keys=old.pooled_keys,
        )
        self.replace(erased)
        self._keys = {}
