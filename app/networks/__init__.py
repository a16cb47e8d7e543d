"""Torch modules. Know tensors and embeddings, but no noise schedule, level or image file."""
