"""Which institutions the demo country has, and how they are brought up together."""
