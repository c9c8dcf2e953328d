"""Claims to the city's sections: welfare, children, care insurance, housing. Rules that are dated and cited."""
