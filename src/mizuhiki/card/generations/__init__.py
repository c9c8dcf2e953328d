"""Card generations as data, one TOML file each; read by `card.generation`."""
