"""A prefectural board of education (都道府県教育委員会): support for attendance at special needs schools (R-237)."""
