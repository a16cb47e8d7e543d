"""How disagreement is shown: the sweep of levels, the first look, the film, the readers. Knows no model and no file."""
