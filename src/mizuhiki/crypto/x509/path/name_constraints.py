"""Name constraints (RFC 5280 §4.2.1.10): which names an authority may certify, and which not."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from mizuhiki.crypto.x509.encoding import CertificateMalformed
from mizuhiki.crypto.x509.path.names import begins_with, comparable
from mizuhiki.crypto.x509.path.reading import PathCertificate
from mizuhiki.crypto.x509.refusals import NameNotPermitted


@dataclass(slots=True)
class NameLimits:
    """The constraints met so far on the way down a chain."""

    permitted: list[list[x509.GeneralName]]
    excluded: list[x509.GeneralName]

    @classmethod
    def none(cls) -> NameLimits:
        """Return the state above the first certificate: everything is permitted."""
        return cls([], [])

    def add(self, certificate: PathCertificate) -> None:
        """Narrow by what an authority's certificate says (§6.1.4 (g)).

        Raises:
            CertificateMalformed: bases with a minimum or maximum, which RFC 5280 does not use, or no subtree at all.
        """
        constraints = certificate.extension(x509.NameConstraints)
        if constraints is None:
            return
        _check_distances(certificate)
        if constraints.permitted_subtrees:
            self.permitted.append(list(constraints.permitted_subtrees))
        self.excluded.extend(constraints.excluded_subtrees or ())

    def check(self, certificate: PathCertificate) -> None:
        """Check subject and alternative names of a certificate (§6.1.3 (b), (c)).

        Raises:
            NameNotPermitted: one lies outside, or is of a form that a constraint names and nobody here can compare.
        """
        if not self.permitted and not self.excluded:
            return
        for name in _names(certificate):
            kind = type(name).__name__
            if any(type(base) is type(name) and _within(name, base, excluded=True) for base in self.excluded):
                raise NameNotPermitted(kind=kind)
            for bases in self.permitted:
                same = [base for base in bases if type(base) is type(name)]
                if same and not any(_within(name, base, excluded=False) for base in same):
                    raise NameNotPermitted(kind=kind)


def _check_distances(certificate: PathCertificate) -> None:
    for extension in certificate.extensions:
        if extension.oid != ExtensionOID.NAME_CONSTRAINTS:
            continue
        try:
            encoded = extension.value.public_bytes()
            constraints = asn1_x509.NameConstraints.load(encoded, strict=True)
            subtrees = [
                subtree
                for part in ("permitted_subtrees", "excluded_subtrees")
                for subtree in (constraints[part].native or [])
            ]
        except (ValueError, TypeError) as cause:
            raise CertificateMalformed(item="nameConstraints") from cause
        if any(subtree["minimum"] != 0 or subtree["maximum"] is not None for subtree in subtrees):
            raise CertificateMalformed(item="nameConstraints")


def _names(certificate: PathCertificate) -> Iterable[x509.GeneralName]:
    subject = certificate.parsed.subject
    if len(subject.rdns):
        yield x509.DirectoryName(subject)
    alternatives = certificate.extension(x509.SubjectAlternativeName)
    yield from alternatives or ()
    for attribute in subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        value = attribute.value
        if not isinstance(value, str) or not value.isascii():
            raise NameNotPermitted(kind="RFC822Name")
        yield x509.RFC822Name(value)


def _within(name: x509.GeneralName, base: x509.GeneralName, *, excluded: bool) -> bool:
    """Say whether `name` lies in the subtree of `base`, of the same type; in doubt so that the name is refused."""
    if isinstance(name, x509.DirectoryName) and isinstance(base, x509.DirectoryName):
        return begins_with(comparable(name.value), comparable(base.value))
    if isinstance(name, x509.DNSName) and isinstance(base, x509.DNSName):
        return _dns_within(name.value, base.value, excluded=excluded)
    if isinstance(name, x509.RFC822Name) and isinstance(base, x509.RFC822Name):
        return _mail_within(name.value, base.value, excluded=excluded)
    if isinstance(name, x509.UniformResourceIdentifier) and isinstance(base, x509.UniformResourceIdentifier):
        return _address_within(name.value, base.value, excluded=excluded)
    if isinstance(name, x509.IPAddress) and isinstance(base, x509.IPAddress):
        return _network_within(name, base, excluded=excluded)
    return excluded


def _dns_within(name: str, base: str, *, excluded: bool) -> bool:
    host, limit = name.casefold().rstrip("."), base.casefold().rstrip(".")
    if not limit:
        return True
    if limit.startswith("."):
        return host.endswith(limit) or (excluded and host == limit[1:])
    if excluded and host.startswith("*.") and (limit == host[2:] or limit.endswith(host[1:])):
        return True  # a wildcard that could stand for an excluded host
    return host == limit or host.endswith("." + limit)


def _host_within(host: str, limit: str) -> bool:
    return host.endswith(limit) if limit.startswith(".") else host == limit


def _mail_within(name: str, base: str, *, excluded: bool) -> bool:
    local, at, host = name.rpartition("@")
    if not at or not local or not host:
        return excluded
    base_local, base_at, base_host = base.rpartition("@")
    if base_at:
        return local == base_local and host.casefold() == base_host.casefold()
    return not base_host or _host_within(host.casefold(), base_host.casefold())


def _address_within(name: str, base: str, *, excluded: bool) -> bool:
    try:
        host = urlsplit(name).hostname
    except ValueError:
        return excluded
    if not host or _is_ip_address(host):
        return excluded
    return not base or _host_within(host.rstrip(".").casefold(), base.casefold())


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _network_within(name: x509.IPAddress, base: x509.IPAddress, *, excluded: bool) -> bool:
    address, network = name.value, base.value
    if not isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address) or not isinstance(
        network, ipaddress.IPv4Network | ipaddress.IPv6Network
    ):
        return excluded
    return address in network
