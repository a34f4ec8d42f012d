"""Language models as players, generators and evaluators, through any OpenAI-compatible server.

    client = Client("llama3.1", base_url="http://localhost:11434/v1",
                    mode="replay", recordings="runs/answers.sqlite",
                    budget=Budget(max_tokens=200_000))
    buyer = LanguagePlayer(client, "buyer", rules, render=render, parse=parse)

Answers are data, read strictly; every answer can be recorded, and a recorded run replays without a
network, or the package `openai`, to the last letter. `client.py` is the way in, `store.py` the
recordings, `answers.py` the reading, `player.py` a seat at any game with a text view.
"""

from ...games.dialogue.answers import AnswerFormat, choice, number, text
from .budget import Budget, Prices, Usage
from .client import Client, Sampling
from .dialogue import Reply, Speaker
from .evaluator import LanguageEvaluator
from .player import LanguagePlayer
from .prompts import Prompt, load_prompt, prompt_names, stamps
from .proposer import LanguageGenerator, LanguageMoves
from .request import Answer, Request
from .stage import Stage
from .store import MODES, Store
from .transcript import EPISODES, Episode, EpisodeWriter, Turn, read_episodes, recording

__all__ = [
    "EPISODES",
    "MODES",
    "Answer",
    "AnswerFormat",
    "Budget",
    "Client",
    "Episode",
    "EpisodeWriter",
    "LanguageEvaluator",
    "LanguageGenerator",
    "LanguageMoves",
    "LanguagePlayer",
    "Prices",
    "Prompt",
    "Reply",
    "Request",
    "Sampling",
    "Speaker",
    "Stage",
    "Store",
    "Turn",
    "Usage",
    "choice",
    "load_prompt",
    "number",
    "prompt_names",
    "read_episodes",
    "recording",
    "stamps",
    "text",
]
