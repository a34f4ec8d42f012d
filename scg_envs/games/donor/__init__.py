"""Donors who see what recipients did before, of whom some commit to a norm."""
