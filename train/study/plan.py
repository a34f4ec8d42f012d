"""What a study is: a YAML file, checked to its last question.

    title: Who stands where?
    scenario: {game: barrier, layout: figure3}   # a game, or settings of one
    commitment: "1,6"                            # a pre-policy, or the folder of a finished run
    person: blue                                 # whom a participant plays; may be left out
    consent: |                                   # texts are Markdown
      You will play a small game. ...
    instructions: |
      You are blue. ...
    practice: 1                                  # trials that do not count
    trials: 4                                    # of each kind, with and without the commitment
    questions:
      - {name: age, text: "How old are you?", kind: whole, least: 18, most: 120}
      - {name: clear, text: "How clear was it?", kind: scale, least: 1, most: 7}
      - {name: knew, text: "Did you know such games?", kind: choice, choices: [yes, no]}
      - {name: remarks, text: "What else?", kind: text, required: false}
    participants: 200                            # more are not let in
    seed: 0

A participant meets both kinds of trials in turn, so that each is paired with one of the other kind;
every second participant meets the kinds in the other order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ...core.checkpoint import digest
from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.scenario import Scenario
from ..cli.command import checked
from ..run.named_functions import check_functions
from ..run.plan_file import read_plan

KINDS = ("whole", "scale", "choice", "text")
_TEXTS = ("title", "consent", "instructions")
_MOST = {"practice": 20, "trials": 200, "participants": 100_000}
_QUESTIONS = 200
_LONGEST = 20_000  # characters of a text
_ANSWER = 2_000  # characters of a participant's text
_MESSAGE = 4_096  # bytes of a message, beside what it answers to a questionnaire
_WIDEST = 11  # points of a scale


@dataclass(frozen=True)
class Question:
    """A question of the questionnaire.

    Attributes:
        name: of the column that holds the answers.
        text: what is asked.
        kind: `whole`, a whole number; `scale`, one of the whole numbers from `least` to `most`;
            `choice`, one of `choices`; or `text`.
        least: the least number.
        most: the greatest number; of a text its longest length.
        choices: what is chosen among.
        required: whether it must be answered.
    """

    name: str
    text: str
    kind: str
    least: int = 0
    most: int = 1_000_000
    choices: tuple[str, ...] = ()
    required: bool = True

    def to_json(self) -> dict[str, Any]:
        """The question as its file has it."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return kept | {"choices": list(self.choices)}

    def check(self, answer: Any) -> Any:
        """A participant's answer, as it is stored; None where it may be left out and is.

        Raises:
            InvalidArgument: it is none to this question.
        """
        if answer is None or answer == "":
            if self.required:
                raise InvalidArgument(f"{self.text!r} is not answered; answer it.")
            return None
        if self.kind == "choice" and answer in self.choices:
            return answer
        if self.kind == "text" and isinstance(answer, str) and len(answer) <= self.most:
            return _whole_characters(answer)
        whole = isinstance(answer, int) and not isinstance(answer, bool)
        if self.kind in ("whole", "scale") and whole and self.least <= answer <= self.most:
            return answer
        raise InvalidArgument(
            f"the answer to {self.text!r} is {repr(answer)[:40]}; expected {self.expected}."
        )

    @property
    def expected(self) -> str:
        """What is an answer, in words."""
        if self.kind == "choice":
            return f"one of: {', '.join(self.choices)}"
        if self.kind == "text":
            return f"a text of at most {self.most} characters"
        return f"a whole number from {self.least} to {self.most}"


@dataclass(frozen=True)
class Study:
    """A study, checked.

    Attributes:
        title: what participants read on top.
        scenario: what is played.
        commitment: the pre-policy as text, or the folder of a finished run.
        consent: what they agree to, Markdown.
        instructions: what they are to do, Markdown.
        person: whom a participant plays; the game's own if None.
        practice: trials that do not count, without the commitment.
        trials: of each kind, with the commitment and without.
        questions: asked at the end.
        participants: how many are let in.
        seed: of everything that is drawn.
        run: where the folder of a run is the commitment, that commitment in words and a digest of
            what else the run decides (`games`); None before it was read, and elsewhere. No part of
            the file, but of the study as it is kept.
    """

    title: str
    scenario: Scenario
    commitment: str
    consent: str
    instructions: str
    person: str | None = None
    practice: int = 1
    trials: int = 4
    questions: tuple[Question, ...] = ()
    participants: int = 1_000
    seed: int = 0
    run: Mapping[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """The study as its file has it, and what a run decides of it."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.run is None:
            del kept["run"]
        kept["scenario"] = self.scenario.to_json()
        kept["questions"] = [asked.to_json() for asked in self.questions]
        return kept

    @property
    def most_bytes(self) -> int:
        """Of a message that answers the whole questionnaire: 6 for a character that is escaped."""
        texts = sum(asked.most for asked in self.questions if asked.kind == "text")
        named = sum(len(text) for one in self.questions for text in (one.name, *one.choices))
        return _MESSAGE + 6 * (texts + named)

    def digest(self) -> str:
        """64 hexadecimal digits, of the settings and of the game's rules and payoffs."""
        return digest({"settings": self.to_json(), "rules": self.scenario.digest()})


def read_study(path: Path) -> Study:
    """Read a study's file.

    Raises:
        InvalidArgument: the file cannot be read, or says what cannot be.
    """
    return read_plan(path, "study", study_of)


def study_of(kept: Mapping[str, Any]) -> Study:
    """The study of a file's settings.

    Raises:
        ScgError: settings that cannot be.
        ValueError: one of another type.
    """
    known = [one.name for one in fields(Study) if one.name != "run"]
    for name in kept:
        if name not in known:
            raise UnknownName("part of a study", name, known)
    for name in ("scenario", "commitment", *_TEXTS):
        if kept.get(name) is None:
            raise InvalidArgument(f"it has no {name}; give it.")
    given = {name: value for name, value in kept.items() if value is not None}
    for name in (*_TEXTS, "person"):
        if name in given:
            given[name] = _text(name, given[name])
    given["commitment"] = str(given["commitment"])
    for name, most in _MOST.items():
        if name in given:
            given[name] = check_whole(name, given[name], 0 if name == "practice" else 1, most)
    if "seed" in given:
        check_seed(given["seed"])
    given["scenario"] = _scenario(given["scenario"])
    questions = given.get("questions", [])
    if not isinstance(questions, list) or len(questions) > _QUESTIONS:
        raise InvalidArgument(
            f"questions is {repr(questions)[:40]}; expected a list of at most {_QUESTIONS}."
        )
    given["questions"] = tuple(_question(n, one) for n, one in enumerate(questions, 1))
    names = [asked.name for asked in given["questions"]]
    for name in names:
        if names.count(name) > 1:
            raise InvalidArgument(f"two questions are named {name!r}; rename one.")
    return Study(**given)


def _scenario(given: Any) -> Scenario:
    entry = {"game": given} if isinstance(given, str) else given
    if not isinstance(entry, Mapping) or not isinstance(entry.get("game"), str):
        raise InvalidArgument(f"scenario is {given!r}; expected a game, or settings that name one.")
    check_functions(entry, "it", "take a shipped game")
    return Scenario(**checked(Scenario, entry))


def _question(number: int, given: Any) -> Question:
    what = f"question {number}"
    known = [one.name for one in fields(Question)]
    if not isinstance(given, Mapping):
        raise InvalidArgument(f"{what} is {given!r}; expected {', '.join(known)} by name.")
    for name in given:
        if name not in known:
            raise UnknownName(f"part of {what}", str(name), known)
    name, kind = given.get("name"), given.get("kind")
    if not isinstance(name, str) or not name.isidentifier():
        raise InvalidArgument(f"name of {what} is {name!r}; expected a word.")
    if kind not in KINDS:
        raise UnknownName(f"kind of {what}", str(kind), KINDS)
    own = dict(given) | {"text": _text(f"text of {what}", given.get("text"))}
    choices = own.pop("choices", [])
    # YAML reads yes and no as truth values.
    listed: list[Any] = choices if isinstance(choices, list) else [None]
    words = ["yes" if one is True else "no" if one is False else one for one in listed]
    right = all(isinstance(one, str) and one for one in words) and len(set(words)) == len(words)
    if not right or (kind == "choice") != (len(words) > 1):
        raise InvalidArgument(
            f"choices of {what} is {choices!r}; expected two texts or more where one is chosen, "
            "and none elsewhere."
        )
    if kind == "text":
        own["most"] = check_whole(f"most of {what}", own.get("most", _ANSWER), 1, _LONGEST)
    for bound in ("least", "most"):
        if bound in own:
            check_whole(f"{bound} of {what}", own[bound], -_MOST["participants"], 10**9)
    if not isinstance(own.get("required", True), bool):
        raise InvalidArgument(f"required of {what} is {own['required']!r}; expected true or false.")
    asked = Question(**own, choices=tuple(words))
    if asked.least >= asked.most or (kind == "scale" and asked.most - asked.least >= _WIDEST):
        raise InvalidArgument(
            f"{what} asks for numbers from {asked.least} to {asked.most}; expected a range, of a "
            f"scale one of at most {_WIDEST} numbers."
        )
    return asked


def _whole_characters(text: str) -> str:
    """The text, in which half a character, as is left of an emoji that was cut, is U+FFFD.

    JSON and databases carry such halves; no file of text can hold them.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text(name: str, given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > _LONGEST:
        raise InvalidArgument(
            f"{name} is {repr(given)[:40]}; expected a text of at most {_LONGEST} characters."
        )
    return given
