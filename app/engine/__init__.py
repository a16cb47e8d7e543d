"""Runs a generator in a spawned process and is itself an iterator of what it yields.

The window's half, `client`, knows `domain` alone. The child's half, `child`, finds its job by name when it starts, so
that what the job imports (torch) never enters the window's process.
"""
