"""Algorithm 1: the search for the commitment, its evaluation, reports and the `scg` command."""
