"""Welfare section of a prefecture (障害福祉課): disability certificates and special child rearing allowance."""
