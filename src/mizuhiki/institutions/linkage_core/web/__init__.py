"""Pages of the core: the operator's figures, and the statute table for everybody."""

from mizuhiki.institutions.linkage_core.web.site import build_site

__all__ = ["build_site"]
