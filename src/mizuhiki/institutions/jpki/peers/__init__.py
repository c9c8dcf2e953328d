"""How the certification authorities call other institutions."""
