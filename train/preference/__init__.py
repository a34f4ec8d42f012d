"""What the human wants, learned from comparisons of finished episodes, causally.

    comparisons   pairs of episodes, who preferred which, and how the pair came about
    people        simulated people whose truth is known
    graph         the assumptions, and whether the value of an outcome follows from such data
    model         Bradley-Terry models
    values        the value of each outcome, adjusted for how pairs came about
    types         people who want different things, told apart
    held_out      how well those who were not asked are predicted
    commitments   what every commitment of a game comes to
    choose        which pair to show next, so that few comparisons settle the commitment
    asking        simulated people asked so, beside pairs drawn at random
    behaviour     what a follower wants, from what it answers to commitments
    bounds        what the values lie between where nothing identifies them
    learned       a fit as a file, for `scg search GAME --desirable learned:DIR`

The frame is that of Kobalczyk and van der Schaar, "Preference learning for AI alignment: a causal
perspective" (arXiv 2506.05967): which pair a person is shown is a treatment, and what it is shown
for may also decide what it prefers.
"""
