"""Pages of the child, care and housing sections: claims, cases, what was saved."""

from mizuhiki.institutions.municipality.web.claims.site import claim_links, claim_pages

__all__ = ["claim_links", "claim_pages"]
