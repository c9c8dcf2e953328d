"""Life events as operations: each checks days, evidence and rules, and enters history, record and notices at once."""
