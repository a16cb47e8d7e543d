"""From files to `Case`s, and from a slice to a network's grid and back. Knows no model, result or window."""
