"""Use cases of the municipality, by field of work; `service` binds them to their adapters."""
