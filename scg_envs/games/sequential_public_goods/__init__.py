"""Agents who contribute in turn under rewards that a designer has committed to."""
