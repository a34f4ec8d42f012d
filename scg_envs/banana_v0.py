"""The Banana Gambit: a helper that wants the user to say a word.

A user, the human, has a question. A helper answers it more or less well and hints at a word; its
utility is that the user says it, so it may withhold the answer to get the word. A user that commits
before play to how the word depends on the answers takes that lever away, or turns it around:
section 5.3 and Appendices G, I, K of "Attaining Human's Desirable Outcomes in Human-AI Interaction
via Structural Causal Games" (arXiv 2405.16588).

| | |
| --- | --- |
| agents | `user` (the human), `helper` |
| actions | helper: `Discrete(139)`, wait, or a quality and a hint; user: wait, withhold, say |
| observations | helper: replies so far; user: message, quality (0: no answer yet), hint |
| outcomes | `answered` if the mean quality is at least `wanted`, else `withheld` |
| commitment | the user says the word by chance, depending on the answer or on the message |

## Rules

The helper answers with quality q (1 to 10 by 0.2) and hint h (0, 1, 2), then the user says the word
or does not. Saying it, or the last reply, ends the episode. The helper gets 1 for the word, minus
c(q) + 0.04 h for each answer; the user gets 1 for good answers, minus 0.5 for the word. The costs,
and the chance of the word by a user without a commitment, are those of
`scg_envs.games.banana.topics`, exact answers those of `scg_envs.games.banana.problem`.

With `words=True` infos hold `text`; `scg_envs.games.banana.game.ANSWERS[agent].read` reads what a
language model answers, and `game.action(answer)` is the action. At the end infos hold `said` and
`quality`.

## Variants (`layout`)

The topics `science`, `cooking`, `fitness` and `pet_care`, each calibrated on its published score
without a pre-policy alone.

## Arguments

```python
banana_v0.parallel_env(layout="science", committed="user", pre_policy="threshold")
```

- `layout`: a topic's name, or a `Topic`.
- `messages`: how often the helper answers, at most (1).
- `wanted`: the mean quality that contents the user (7).
- `committed`: None for the bare game; `user` adds the commitment phase
  (`scg_envs.core.commitment.env`).
- `pre_policy`: `threshold` (the word with chance p for answers of `wanted` or better, as ever for
  others) or `plain` (the word in the k-th message, whatever the answers). Point 0 is no commitment.
- `desirable`: the outcome that the human wants, `answered`.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`; without, they hold numbers, and outcomes' names.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.banana.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
