"""What games of alternating moves that can be played in words share."""
