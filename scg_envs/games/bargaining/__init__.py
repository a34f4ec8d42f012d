"""Bargaining over a price (section 5.2 of the paper): NegotiationArena's buy-sell game."""
