"""The commitment phase: who commits to what, how surely, and what is announced of it."""
