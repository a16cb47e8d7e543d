"""The window: the only home of Qt. Knows no network and no file format, and never imports torch."""
