"""How an intermediate server speaks to the core and reads what comes from it."""
