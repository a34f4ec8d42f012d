"""A facility on a line, and rules that say from reports where it stands."""
