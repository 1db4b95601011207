"""What the routes find, put together: verdicts, certificates, counterexamples, mutants."""
