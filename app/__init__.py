"""Concord: a viewer for what experts would agree on.

Long work is a plain generator that yields `Step`s and returns a `Result`. From the top down:

    __main__ > cli > ui > engine > pipeline | training | export > segmenters > networks | diffusion
             > postprocess > metrics | render | imaging > places > domain

A module imports only from rooms to its right. Qt lives in `ui` alone; torch never enters the window's process.
"""

__version__ = "0.1.0"
