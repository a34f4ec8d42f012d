"""Commitment on games that this project has never seen: any PettingZoo `ParallelEnv`.

    scg search module:function --committed AGENT --desirable module:predicate --responder ppo

`function(**kwargs)` makes the game. What AGENT may commit to is an action that it then always
plays, or whatever `--pre-policy module:factory` says: `factory(game, committed)` returns a
`scg_envs.core.pre_policy.PrePolicySpace`. `predicate(final_infos, joint_actions, rewards)` judges a
finished episode. All other agents learn; nothing is known exactly, so P is estimated by playing.

| file | what |
| --- | --- |
| `loading` | finds functions by `module:name`, makes the game |
| `actions` | committing to an action |
| `play` | whole episodes, in which everybody's policy is given |
| `problem` | the commitment problem |
| `predicates`, `landmarks` | ready-made predicates, and the example with PettingZoo's MPE |
"""
