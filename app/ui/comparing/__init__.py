"""Results, readers, steps and visits beside one another; may not know what computes them."""
