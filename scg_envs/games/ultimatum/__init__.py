"""Social Contract AI: an assistant that learns a group's norm in the ultimatum game."""
