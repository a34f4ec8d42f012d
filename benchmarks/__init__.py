"""Speed, side by side with what users would pick instead; run by `scg bench` from a checkout."""
