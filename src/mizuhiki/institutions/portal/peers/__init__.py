"""How the portal calls other institutions."""
