"""Health insurance: who is insured, who depends on them, what they pay and receive."""
