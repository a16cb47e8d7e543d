"""Noise schedules, the diffusion process and its samplers. Knows no network, image or file."""
