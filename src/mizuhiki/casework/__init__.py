"""How an office examines a claim with nothing attached: it asks the holders itself (R-217; decision 73).

A body of `institutions` states its procedures as data and its rules as pure functions, and brings its own records,
screens and words; the way from the counter to the notice is here. Nothing here knows any procedure by name.
"""
