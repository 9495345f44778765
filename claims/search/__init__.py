"""Full-text search over the index rows of published claims: one interface, two engines with the same answers."""
