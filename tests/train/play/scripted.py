"""A language model that needs no server, and a page's patience with it."""

import re
import time

from scg_envs.agents.language import Answer
from scg_envs.core.errors import ServerFailed


def choices(messages):
    """What a model may do, as its last question has it."""
    return re.findall(r"<you may> (.*) </you may>", messages[-1]["content"])[-1].split(", ")


class Scripted:
    """A client whose model takes the last of its options, after `failures` that it does not."""

    model = "scripted"

    def __init__(self, failures=0):
        self.failures, self.asked = failures, []

    def ask(self, messages, *, sample=0, schema=None, sampling=None):
        self.asked.append([dict(one) for one in messages])
        if len(self.asked) <= self.failures:
            raise ServerFailed("the server answers 500: broken")
        assert schema["properties"]["action"]["enum"] == choices(messages)
        return Answer(f"I think so. <action> {choices(messages)[-1]} </action>")


def wait(session, until=lambda session: not session.thinking):
    """Look again and again, as a page does."""
    for _ in range(5000):
        session.go_on()
        if until(session) or session.failed:
            return
        time.sleep(0.001)
    raise AssertionError("it thinks for ever")
