"""Answers that carry archived bytes, for desk and public alike. Who may have them is the caller's question."""
