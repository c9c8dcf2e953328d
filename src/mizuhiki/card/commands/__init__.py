"""One module for each command the chip answers; `processor` picks them."""
