"""How a municipality calls other institutions."""
