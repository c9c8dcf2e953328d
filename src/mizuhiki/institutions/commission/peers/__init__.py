"""How the commission calls other institutions and signs for them."""
