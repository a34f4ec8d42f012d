"""The barrier game of section 5.1: blue walks to a goal, yellow and red stand in the way."""
