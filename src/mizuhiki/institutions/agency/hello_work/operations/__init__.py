"""Use cases of Hello Work."""
