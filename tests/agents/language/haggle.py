"""A tiny negotiation over one price, played in text: the smallest game with two talking roles."""

import json
import re
from dataclasses import dataclass, field

from scg_envs.agents.language import Episode, LanguagePlayer, recording
from scg_envs.core.errors import InvalidAnswer

COST, WORTH, TURNS = 40, 60, 6


@dataclass
class Haggle:
    """Offers in turn, the seller first; accepting takes the last one."""

    offers: list = field(default_factory=list)
    price: int | None = None

    def step(self, action):
        if action == "accept":
            self.price = self.offers[-1]
        else:
            self.offers.append(action)

    @property
    def over(self):
        return self.price is not None or len(self.offers) >= TURNS


def render(game, role):
    private = f"It cost you {COST}." if role == "seller" else f"It is worth {WORTH} to you."
    last = f"The last offer is {game.offers[-1]}." if game.offers else "You begin."
    return f"{private} {last}"


def parse(answer):
    """`<accept>` or `<offer>42</offer>`."""
    if answer == "<accept>":
        return "accept"
    found = re.fullmatch(r"<offer>(\d{1,3})</offer>", answer)
    if found is None:
        raise InvalidAnswer("expected <accept> or <offer>N</offer>.")
    return int(found[1])


def scripted(request):
    """Two talkers for the server: the seller comes down from 50 by 3, the buyer up from 40 by 2."""
    system, last = (request["messages"][i]["content"] for i in (0, -1))
    standing = re.search(r"last offer is (\d+)", last)
    offer = int(standing[1]) if standing else None
    count = sum(message["role"] == "assistant" for message in request["messages"])
    if "seller" in system:
        wanted = 50 - 3 * count - request["seed"] % 3
        return "<accept>" if offer is not None and offer >= wanted else f"<offer>{wanted}</offer>"
    wanted = 40 + 2 * count
    if count == 0 and "could not be read" not in last:
        return "Let me think about that."  # repaired by the next answer
    return "<accept>" if offer is not None and offer <= wanted else f"<offer>{wanted}</offer>"


def play(client, seeds, writer=None, **settings):
    """Episodes between two language players; returns their transcripts."""
    players = {
        role: LanguagePlayer(
            client, role, f"You are the {role}.", render=render, parse=parse, **settings
        )
        for role in ("seller", "buyer")
    }
    episodes = []
    for seed in seeds:
        game = Haggle()
        with recording(Episode("haggle", seed, "no pre-policy"), writer) as episode:
            for player in players.values():
                player.begin(episode, sample=seed)
            while not game.over:
                for player in players.values():
                    if not game.over:
                        game.step(player.act(game))
            episode.outcome = {"price": game.price}
        episodes.append(episode)
    return episodes


def as_json(episodes):
    return json.dumps([episode.to_json() for episode in episodes])
