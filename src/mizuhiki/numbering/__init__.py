"""Numbering of a whole population from a file of resident record codes (番号法附則3条; R-013).

Files go in and files come out, in chunks, so that a run can be killed and taken up again and no step needs more memory
for more people. The national register takes the result over; single numbers are its own operation.
"""
