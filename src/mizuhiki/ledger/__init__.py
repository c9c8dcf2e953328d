"""The verifiable record of exchanges (情報提供等記録, 番号法23条; R-026, R-033, R-274): pure structures, no storage.

`leaf` commits to one entry, `tree` and `proofs` are RFC 9162, `person_map` says how many entries a person has,
`checkpoint` is the signed note, `witness` checks a log from outside, `bundle` is what a person is given, and `verify`
checks that file with nothing but the standard library. The formats are fixed in ``spec/ledger.md``.
"""
