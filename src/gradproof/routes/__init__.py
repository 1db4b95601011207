"""Three routes to a verdict. They share the language, and no code of one is in another."""
