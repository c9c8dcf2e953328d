"""Health insurance society (健康保険組合): qualification, dependants, benefit."""
