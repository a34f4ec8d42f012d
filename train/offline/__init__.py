"""Algorithm 2 without language models: for each game an environment, an evaluator, a generator."""
