"""The tax agency: designation, notification and publication of Corporate Numbers (番号法第7章)."""
