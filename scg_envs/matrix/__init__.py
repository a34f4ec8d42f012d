"""Matrix games: n-player games in normal form, one-shot or repeated, with a commitment phase.

| module | what is in it |
| --- | --- |
| `matrix_game` | `MatrixGame`: payoffs with labels, outcomes, who commits, what the human wants |
| `classics`, `many_players`, `paper` | the named games, a page each |
| `ordinal` | the 144 strict ordinal 2x2 games, by number and by name |
| `games` | `GAMES` and `matrix_game(...)`: a game from a name, a file, or payoffs |
"""
