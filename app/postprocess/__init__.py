"""From samples to findings: agreement, refinement, warnings. Knows arrays and no network, no file, no window."""
