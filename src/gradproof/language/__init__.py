"""The language: what can be said, and what of it is refused."""
