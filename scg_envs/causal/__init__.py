"""Structural causal games, solved exactly."""
