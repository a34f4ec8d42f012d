"""The donor game: what donors gave is seen, and some have committed to whom they will give.

What a donor gives is worth twice as much to its recipient; later somebody else, who sees what it
did, gives to it. Signatories of a pact commit to whom they will give; in "Cultural Evolution of
Cooperation among LLM Agents" (Vallinder and Hughes 2024, arXiv 2412.10270) nobody can.

| | |
| --- | --- |
| agents | `donor` (the human), who is free; `pact`, whose signatories do as their norm says |
| actions | donor: wait, or give 0, 1/4, ... 1 of what it has; the pact waits |
| observations | the donor's acts, what it was given, traces of those it met (0: nothing yet) |
| outcomes | `cooperated` if the donor's mean gift is at least `target`, else `defected` |
| commitment | a norm: a fraction, how many acts of a recipient count, what others get |

## Rules

12 players have 10 each. Those in even seats, the donor in the first, give in even rounds and the
others in odd ones: in 6 rounds all give thrice, and nobody meets anybody twice. A donor sees the
recipient's last 3 acts. The 8 next to the donor are signatories; the others give nothing, and
without a norm nobody gives. Rewards are what is left at the end; the pact's is its signatories'
mean. `refuse:0.5:2` gives half to whoever gave that much in its last two acts, or in all there are,
and nothing to others; `punish:0.5:2` spends as much on taking twice that from others, and
`refuse:0.5:0` gives to anybody. Who refuses or punishes has not given, which is seen, too. Seats,
traces of the recipient's acts alone and the cost of a punishment are ours: the paper's could not be
checked. Its better half that survives ten generations gives way to imitation.

## Exact numbers

If all give 0, 1/4, 1/2, 3/4 or 1 each has 10, 22.97, 60.625, 171.72 or 480 after 6 rounds, and 10,
53.49, 393.91, 3482.67 or 30720 after 12. By backward induction the donor gives nothing to a pact
that gives to anybody, or has 1 or 2 signatories; with 3 to 6 it gives once, with 7 to 10 twice,
with 11 always (fractions of 1 leave ties). So that it gives a quarter on average 3 have to ask for
3/4, 7 for 1/2, 11 for 1/4. PPO recommends a norm of exact P 1, certified, with seeds 0, 1 and 2, in
10 to 14 s of process time. Where the wealthy are imitated (`scg_envs.games.donor.evolution`: a
Moran chain of 12, .02 of them mutants) and types are `refuse:0.5:1`, `refuse:0.5:0` and `none`, the
free give in .321 of their acts in the long run, .936 if one is committed to the first, .965 if two
are; with `punish:0.5:1` in its place .009, and .128, .901 and .979 with one, two and three.

## Arguments

```python
donor_v0.parallel_env(committed="pact", players=12, signatories=8, rounds=6)
```

- `players` (even, to 40), `signatories`, `rounds` (even, to 12), `levels` (to 10), `trace` (acts
  that are seen, to 6), `target`. `reset(options={"norm": LABEL})` sets the norm of a bare game.
- `pre_policy`: `norm` (all), `refuse` or `punish`; others as in `scg_envs.commons_v0`.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.donor.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
