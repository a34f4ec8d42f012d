"""The colors of all figures: those of Okabe and Ito, "Color Universal Design" (2008).

People who do not see red, green or blue as most do can tell them apart.
"""

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW = "#E69F00", "#56B4E9", "#F0E442"

LINES = (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE)
"""For lines and dots on white, in this order."""

MARK = "#FF00FF"
"""For what is marked among them all; in none of the above."""

GRADES, SIGNED = "viridis", "RdBu"
"""matplotlib's maps of numbers to colors: from none to all, and from minus to plus."""

FILLS = (SKY, ORANGE, GREEN, PURPLE, YELLOW, BLUE, VERMILLION)
"""For areas that black letters stand on."""
