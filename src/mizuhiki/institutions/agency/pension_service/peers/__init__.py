"""How the pension service calls other institutions."""
