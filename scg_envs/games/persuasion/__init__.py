"""A sender who commits to a rule of what it recommends, and a receiver who weighs that."""
