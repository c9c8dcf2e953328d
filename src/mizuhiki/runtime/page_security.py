"""What every page answer carries against framing, injection and leaks, and the check of where a form came from.

Content Security Policy Level 3; Fetch Metadata. Nothing outside the institution's own host is loaded, no inline script
or style runs, and answers with personal content are never stored by browsers or proxies.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Request, Response

from mizuhiki.vocabulary.errors import Refused

_SAME = frozenset({"same-origin", "none"})


class CrossOriginRequest(Refused):
    """A form was sent from a page of another site."""

    code = "cross-origin-request"
    title = "This form was not sent from our own page"


def content_security_policy(form_origins: Sequence[str]) -> str:
    """Return the policy; `form_origins` may receive forms too (the card-reader hand-over)."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            " ".join(("form-action 'self'", *form_origins)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def protect(response: Response, *, policy: str, secure: bool, asset: bool) -> Response:
    """Add the security headers; `asset` marks built files, which are named by content and may be kept for ever."""
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), payment=()"
    if secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if asset and response.status_code == 200:  # noqa: PLR2004 - HTTP OK
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def require_own_origin(request: Request) -> None:
    """Refuse a state-changing request that another site's page sent.

    All institutions of a demo world share one registrable domain, so SameSite cookies do not separate them; this does.
    Our own forms carry ``Origin: null`` because of the referrer policy, hence Fetch Metadata is asked first.

    Raises:
        CrossOriginRequest: the browser says that it came from elsewhere.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in _SAME:
            raise CrossOriginRequest
        return
    origin = request.headers.get("Origin", "null")
    if origin != "null" and urlsplit(origin).netloc != request.host:
        raise CrossOriginRequest
