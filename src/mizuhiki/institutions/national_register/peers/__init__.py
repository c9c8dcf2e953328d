"""How the national register calls other institutions."""
