"""A volume's three planes with one crosshair; may not know how its slices are read."""
