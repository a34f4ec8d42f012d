"""Studies with people, who play a game with a commitment and without.

    plan.py      what a study is: a YAML file
    games.py     what is played: with the commitment and without
    course.py    what a participant meets, as a function of its number and its answers; no web
    store.py     the database: every answer, written before the page goes on
    host.py      participants by their secrets, over a store; no web
    web.py       the pages over a host, with limits.py and pages.py
    tables.py    what was collected, with a codebook; export.py writes it
    fit.py       a follower fitted to what people did, to commit against
    habits.py    scripted participants who play a named strategy
    report.py    P(Y=y) with the commitment and without, paired by person, beside the exact
    simulate.py  scripted participants, through the real pages

What a participant answered is all that is kept of it: where it stands follows from that.
"""
