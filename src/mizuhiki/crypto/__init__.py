"""Every cryptographic operation of the system; the only importer of crypto libraries.

Nothing here knows a database, a peer or a clock: keys, randomness and times are passed in. Secrets are
`vocabulary.sensitive.Sensitive`; every hash and derivation carries a label ``mizuhiki/v1/<use>``, so that a value made
for one use is worthless for another. Verification raises named errors and never returns a boolean.
"""
