"""The subcommands of `scg`, one module each: `configure(parser)` and `run(args)`."""
