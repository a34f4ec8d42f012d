"""Matrix games: n-player games in normal form, one-shot or repeated, with a commitment phase.

| module | what is in it |
| --- | --- |
| `matrix_game`, `games` | a game with labels and outcomes; from a name, a file, or payoffs |
| `paper`, `classics`, `many_players` | the named games, a page each |
| `ordinal`, `atlas` | the 144 strict ordinal 2x2 games; what commitment does in each |
| `composite`, `composite_atlas` | games made of several; what commitment is worth in them |
| `cost_sharing`, `cost_games` | a mechanism that divides a cost; the core, the Shapley value |
| `priced_assistant` | a platform that prices what an assistant does; thresholds in closed form |
| `repetition`, `memory`, `rules` | rounds and their weights; what is remembered; tables that play |
| `game`, `render`, `canvas` | the PettingZoo environment and its pictures |
| `pre_policies` | what a player may commit to |
| `vector`, `rows`, `dynamics` | the learner's batched view |
| `best_response`, `chains` | a follower's exact answer in repeated games; Markov chains |
| `strategies`, `finite_state` | named strategies as automata; the best commitments against one |
| `problem`, `solver`, `stage`, `one_shot`, `answers`, `play`, `q_learning` | what searches ask |
"""
