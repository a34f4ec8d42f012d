"""`python -m scg_envs.train` is the `scg` command."""

import sys

from .cli import main

sys.exit(main())
