"""Use cases of the commission."""
