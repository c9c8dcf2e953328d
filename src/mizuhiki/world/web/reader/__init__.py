"""The page of the card reader: shows who asks a card for a signature, takes the PIN, returns the answer."""
