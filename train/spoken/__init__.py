"""Algorithm 2 with language models that play."""
