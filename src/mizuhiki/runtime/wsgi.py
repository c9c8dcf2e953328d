"""Types of the Web Server Gateway Interface (PEP 3333) and the names this project puts into its environment."""

from __future__ import annotations

from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["PEER_KEY", "StartResponse", "WSGIApplication", "WSGIEnvironment", "host_of", "strip_private_keys"]

PEER_KEY = "mizuhiki.peer"
"""Set by the in-process transport to the calling institution. No header can set it, and socket servers strip it."""
_PRIVATE_PREFIX = "mizuhiki."


def strip_private_keys(environ: WSGIEnvironment) -> None:
    """Remove every key that only this process itself may set; the first thing a socket server does."""
    for key in [key for key in environ if key.startswith(_PRIVATE_PREFIX)]:
        del environ[key]


def host_of(environ: WSGIEnvironment) -> str:
    """Return the host the client asked for, lower case, without port. Forwarding headers are not looked at."""
    host = str(environ.get("HTTP_HOST", "")).lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")
