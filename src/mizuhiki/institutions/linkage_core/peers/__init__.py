"""How the core calls other institutions, reads signed cases and signs tickets."""
