"""Private firms of the demo country that rely on cards, as real ones did first (公的個人認証法17条; R-212 to R-215).

Each is a recognised verifier: it asks the authority for the status with its own credential, verifies with
`jpki_verify`, and keeps the signed document with the evidence. Records last as long as the process.
"""
