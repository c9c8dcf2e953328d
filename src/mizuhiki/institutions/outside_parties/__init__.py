"""Bodies outside the number system whose notices the registers need: the Immigration Services Agency."""
