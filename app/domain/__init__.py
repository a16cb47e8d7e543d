"""The values everyone speaks: cases, geometry, steps, results, errors. Knows numpy and nothing else."""
