"""述职: a report to the voters from confirmed entries alone, from the plan to the marks (domain A3, row 7)."""
