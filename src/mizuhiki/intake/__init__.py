"""How a body takes a person in: number, identity, own reference, addressee number, pseudonym, local copies.

Every body that uses numbers does this in the same lawful way, so it is written once: `persons` and `errors` are pure
words, `ports` what a body needs, `adapters`, `take_in`, `keep`, `linkage` and `service` the use cases, `tables` and
`store` the storage, `peers` the calls, `pages` the staff pages that are the same everywhere. What a body knows about
the person (insurance, certificates, benefit) is its own: records, rules and screens stand in its own package.
"""
