"""Whoever plays: exact, learned and scripted answers to a commitment."""
