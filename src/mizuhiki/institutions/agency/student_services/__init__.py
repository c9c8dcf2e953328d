"""Japan Student Services Organization: aid for students, decided without papers from their families (R-236)."""
