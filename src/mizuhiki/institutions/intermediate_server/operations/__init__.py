"""Use cases of an intermediate server, one per module; each is a callable bound to its adapters."""
