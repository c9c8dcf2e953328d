"""Employment insurance: insured employment, separation, qualification for benefit, certification of unemployment."""
