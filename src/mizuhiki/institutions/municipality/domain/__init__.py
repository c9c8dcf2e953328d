"""What a municipality knows: records, events, cases and the rules that follow from the law alone."""
