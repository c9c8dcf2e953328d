"""The card as plastic: its forms, its faces, the sleeve, the images for its chip, and copies of it."""
