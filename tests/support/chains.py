"""Made-up chains of certificates, most of them with something wrong, from a seed."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from mizuhiki.crypto.randomness import SeededRandomness

AT = datetime(2024, 6, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
POLICIES = tuple(x509.ObjectIdentifier(f"2.999.1.{number}") for number in range(1, 4))
ANY = x509.ObjectIdentifier("2.5.29.32.0")
_MAPPINGS = "2.5.29.33"
_UNKNOWN = x509.ObjectIdentifier("2.999.7.7")


@functools.cache
def ec_key(number: int) -> ec.EllipticCurvePrivateKey:
    del number
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Link:
    """One certificate to be made."""

    name: str
    key: int
    authority: bool
    starts: datetime = AT - 100 * _DAY
    ends: datetime = AT + 100 * _DAY
    issuer: str | None = None
    signer: int | None = None
    extensions: list[tuple[x509.ExtensionType, bool]] = field(default_factory=list)
    path_length: int | None = None
    usage: bool = True
    basic: bool = True
    alternatives: list[x509.GeneralName] = field(default_factory=list)
    policies: list[x509.ObjectIdentifier] = field(default_factory=list)


@dataclass(frozen=True)
class Chain:
    """Certificates in DER: the anchor, those between in any order, and the one in question."""

    anchor: bytes
    between: tuple[bytes, ...]
    last: bytes
    changes: tuple[str, ...]


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Mizuhiki-TEST"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def certificate(link: Link, above: Link | None) -> bytes:
    """Return the certificate of a link, signed by the one above or by itself."""
    issuer = above or link
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(link.name))
        .issuer_name(_name(link.issuer or issuer.name))
        .public_key(ec_key(link.key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(link.starts)
        .not_valid_after(link.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ec_key(link.key).public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ec_key(issuer.key).public_key()), critical=False
        )
    )
    if link.basic:
        builder = builder.add_extension(
            x509.BasicConstraints(ca=link.authority, path_length=link.path_length if link.authority else None),
            critical=True,
        )
    if link.usage:
        builder = builder.add_extension(_usage(authority=link.authority), critical=True)
    if link.policies:
        builder = builder.add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(policy, None) for policy in link.policies]), critical=True
        )
    if link.alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(link.alternatives), critical=False)
    for extension, critical in link.extensions:
        builder = builder.add_extension(extension, critical=critical)
    signer = ec_key(issuer.key if link.signer is None else link.signer)
    return builder.sign(signer, SHA256()).public_bytes(Encoding.DER)


_NAMES: tuple[x509.GeneralName, ...] = (
    x509.DNSName("a.example"),
    x509.DNSName("www.a.example"),
    x509.DNSName("aa.example"),
    x509.RFC822Name("Taro@a.example"),
    x509.RFC822Name("taro@mail.a.example"),
    x509.IPAddress(ipaddress.ip_address("192.0.2.7")),
    x509.UniformResourceIdentifier("https://www.a.example/x"),
)
_BASES: tuple[x509.GeneralName, ...] = (
    x509.DNSName("a.example"),
    x509.DNSName("www.a.example"),
    x509.RFC822Name("a.example"),
    x509.RFC822Name("taro@a.example"),
    x509.RFC822Name(".a.example"),
    x509.IPAddress(ipaddress.ip_network("192.0.2.0/29")),
    x509.UniformResourceIdentifier(".a.example"),
    x509.DirectoryName(x509.Name(_name("x").rdns[:2])),
    x509.DirectoryName(x509.Name(_name("x").rdns[:1])),
    x509.DirectoryName(_name("somebody else")),
)
Change = Callable[[list[Link], SeededRandomness], None]


def _any_of(links: list[Link], randomness: SeededRandomness) -> Link:
    return links[randomness.below(len(links))]


def _expired(links: list[Link], randomness: SeededRandomness) -> None:
    link = _any_of(links, randomness)
    link.starts, link.ends = AT - 100 * _DAY, AT - _DAY * (1 + randomness.below(3))


def _early(links: list[Link], randomness: SeededRandomness) -> None:
    link = _any_of(links, randomness)
    link.starts, link.ends = AT + _DAY * randomness.below(3), AT + 100 * _DAY


def _no_authority(links: list[Link], randomness: SeededRandomness) -> None:
    _any_of(links[:-1], randomness).authority = False


def _no_basic(links: list[Link], randomness: SeededRandomness) -> None:
    _any_of(links, randomness).basic = False


def _no_usage(links: list[Link], randomness: SeededRandomness) -> None:
    _any_of(links, randomness).usage = False


def _short(links: list[Link], randomness: SeededRandomness) -> None:
    _any_of(links[:-1], randomness).path_length = randomness.below(3)


def _forged(links: list[Link], randomness: SeededRandomness) -> None:
    _any_of(links[1:], randomness).signer = 99


def _misnamed(links: list[Link], randomness: SeededRandomness) -> None:
    _any_of(links[1:], randomness).issuer = "nobody"


def _critical(links: list[Link], randomness: SeededRandomness) -> None:
    if any(extension.oid == _UNKNOWN for link in links for extension, _ in link.extensions):
        return
    unknown = x509.UnrecognizedExtension(_UNKNOWN, b"\x05\x00")
    _any_of(links[1:], randomness).extensions[:0] = [(unknown, bool(randomness.below(2)))]


def _constrained(links: list[Link], randomness: SeededRandomness) -> None:
    above = _any_of(links[1:-1], randomness)
    if any(isinstance(extension, x509.NameConstraints) for extension, _ in above.extensions):
        return
    bases = [_BASES[randomness.below(len(_BASES))] for _ in range(1 + randomness.below(3))]
    permitted = bool(randomness.below(2))
    constraints = x509.NameConstraints(bases if permitted else None, None if permitted else bases)
    above.extensions.append((constraints, True))
    links[-1].alternatives = [_NAMES[randomness.below(len(_NAMES))] for _ in range(1 + randomness.below(2))]


def _policies(links: list[Link], randomness: SeededRandomness) -> None:
    for link in links[1:]:
        drawn = [(*POLICIES, ANY)[randomness.below(4)] for _ in range(1 + randomness.below(3))]
        link.policies = list(dict.fromkeys(drawn))
    above = _any_of(links[1:-1], randomness)
    if any(isinstance(extension, x509.PolicyConstraints | x509.InhibitAnyPolicy) for extension, _ in above.extensions):
        return
    if randomness.below(2):
        above.extensions.append((x509.PolicyConstraints(randomness.below(3), None), True))
    if randomness.below(3) == 0:
        above.extensions.append((x509.InhibitAnyPolicy(randomness.below(2)), True))
    mapped = any(extension.oid.dotted_string == _MAPPINGS for extension, _ in above.extensions)
    if randomness.below(3) == 0 and not mapped:
        # SEQUENCE OF (2.999.1.a, 2.999.1.b): the last octet of each identifier is its number
        first, second = 1 + randomness.below(3), 1 + randomness.below(3)
        arc = bytes([0x06, 0x04, 0x88, 0x37, 0x01])
        one = arc + bytes([first]) + arc + bytes([second])
        encoded = bytes([0x30, len(one) + 2, 0x30, len(one), *one])
        above.extensions.append((x509.UnrecognizedExtension(x509.ObjectIdentifier(_MAPPINGS), encoded), True))


def _rollover(links: list[Link], randomness: SeededRandomness) -> None:
    """Insert a certificate in which an authority certifies its own new key."""
    place = 1 + randomness.below(len(links) - 2) if len(links) > 2 else 0
    if place:
        old = links[place]
        links.insert(place + 1, Link(old.name, 50 + place, authority=True, policies=list(old.policies)))


CHANGES: dict[str, Change] = {
    change.__name__.strip("_"): change
    for change in (
        _expired, _early, _no_authority, _no_basic, _no_usage, _short, _forged, _misnamed, _critical, _constrained,
        _constrained, _policies, _policies, _rollover,
    )
}  # fmt: skip


def draw_chain(seed: int) -> Chain:
    """Return the chain of a seed: two to four authorities, none to three changes.

    No certificate ends in the very second asked about: RFC 5280 §4.1.2.5 includes it, openssl does not.
    """
    randomness = SeededRandomness(seed.to_bytes(8, "big"))
    count = 2 + randomness.below(3)
    links = [Link(f"authority {place}", place, authority=True) for place in range(count)]
    links.append(Link("holder", 20, authority=False))
    names = list(CHANGES)
    changes = tuple(names[randomness.below(len(names))] for _ in range(randomness.below(4)))
    for change in changes:
        CHANGES[change](links, randomness)
    made = [certificate(link, links[place - 1] if place else None) for place, link in enumerate(links)]
    return Chain(made[0], tuple(made[1:-1]), made[-1], changes)
