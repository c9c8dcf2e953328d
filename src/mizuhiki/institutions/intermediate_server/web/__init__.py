"""Pages of an intermediate server: exchanges, cases, approvals, reconciliation, for its owner's staff."""

from mizuhiki.institutions.intermediate_server.web.site import build_site

__all__ = ["build_site"]
