"""An assistant who commits to a way to help, and a human whose goal it does not know."""
