"""What becomes of runs when processes are killed, files are damaged, and interfaces misused.

`python -m benchmarks.faults PART` measures; docs/reliability.md has what came of it.
"""
