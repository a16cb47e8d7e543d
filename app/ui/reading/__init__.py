"""What a reader does with one picture: grey windows, measuring, a ruler's scale, playing through slices.

Knows the workplace that it furnishes; no other part of the window knows it.
"""
