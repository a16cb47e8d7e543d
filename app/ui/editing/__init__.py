"""Outlines that the reader draws: tools, layers, undo; knows nothing of models but the masks copied from them."""
