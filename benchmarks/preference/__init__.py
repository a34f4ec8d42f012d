"""How often what people want is learned, beside their truth: the numbers of docs/preferences.md."""
