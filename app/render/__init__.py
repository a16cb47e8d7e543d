"""Arrays to 8-bit pictures and plain words, shared by canvas and export. Knows no Qt, no file and no model."""
