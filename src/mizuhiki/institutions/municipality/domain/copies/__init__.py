"""Copies and statements of the register: who gets which, with what on it, how (住基法12条-12条の4, 20条)."""
