"""A case and its result to files. Knows no window, no network and nothing of how the result was computed."""
