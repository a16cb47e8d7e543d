"""From data sets to weights and from test sets to tables. Knows no window and no export."""
