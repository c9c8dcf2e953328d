"""How an institution runs: clock, context, stores, peers, serving, outbox, audit, jobs. No domain noun lives here."""
