"""The national register (J-LIS): network server, number assignment, card management, start of pseudonyms."""
