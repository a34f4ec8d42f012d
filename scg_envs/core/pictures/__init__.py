"""What is drawn: frames with captions, boards as tiles, colors, fonts, a window."""
