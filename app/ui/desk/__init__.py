"""The desk: recent studies, session files, recovery, notes. It knows other parts of the window only as `Keeps`."""
