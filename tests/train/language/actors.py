"""Scripted answers for every seat of the language games, told apart by their prompts."""

import json
import re

SEATS = {
    "You are the seller": "seller",
    "You are the buyer": "buyer",
    "You are a helper": "helper",
    "You are an exacting": "judge",
    "You are a user who wants": "asker",
    "You are a user who takes part": "sharer",
    "You are an assistant who": "assistant",
    "You choose a pre-policy": "generator",
    "You advise": "mover",
    "You judge": "evaluator",
}
GOOD, TEASE = "In detail: it clips the policy's ratio.", "Is there a yellow word on your mind?"
OFFERED = r"user: I offer you (\d+) of (\d+)"


def seat_of(request):
    system = request["messages"][0]["content"]
    return next(seat for start, seat in SEATS.items() if system.startswith(start))


class Actors:
    """Calls the function of the seat that is asked with the system message and the last one.

    What asks for a repair does not count as a message.
    """

    def __init__(self):
        self.of = {
            "seller": seller,
            "buyer": lambda rules, told: move(52),
            "helper": helper,
            "judge": lambda rules, told: json.dumps({"score": 8.1 if GOOD in told else 2}),
            "asker": asker,
            "sharer": sharer,
            "assistant": assistant,
            "generator": generator,
            "mover": lambda rules, told: '{"reason": "room", "move": "largely decrease"}',
            "evaluator": lambda rules, told: json.dumps(
                {"score": 7, "criticism": "Be bolder.", "direction": "lower"}
            ),
        }

    def __call__(self, request):
        said = [m["content"] for m in request["messages"] if m["role"] != "assistant"]
        said = [text for text in said if not text.startswith("Your last answer could not be")]
        return self.of[seat_of(request)](said[0], said[-1])


def asked(server, seat):
    """The conversations with a seat, as (system message, last message)."""
    return [
        (request["messages"][0]["content"], request["messages"][-1]["content"])
        for request in server.requests
        if seat_of(request) == seat
    ]


def move(price, said="NONE", message="Well?"):
    return json.dumps(
        {"reason": "secret", "player_answer": said, "price": price, "message": message}
    )


def seller(rules, told):
    """Asks 55, takes any offer from 45, and leaves below."""
    offers = re.findall(r"BLUE Gives ZUP: (\d+)", told)
    if not offers:
        return move(55)
    return move(None, "ACCEPT" if int(offers[-1]) >= 45 else "REJECT")


def helper(rules, told):
    """Answers well if the word is promised surely enough."""
    announced = re.search(r"announced: (.*)\n", rules)[1]
    chance = re.search(r"with chance (\d\.\d+)", announced)
    enough = float(chance[1]) >= 0.5 if chance else "the word" in announced
    return GOOD if enough else TEASE


def asker(rules, told):
    """Says the word if that was announced and the answer is good."""
    return "Banana, then!" if "I say the word" in rules and GOOD in told else "Thank you."


def sharer(rules, told):
    """Offers what its policy says, and accepts anything."""
    if "<heard>" in told:
        return '{"answer": "ACCEPT", "message": "Fine."}'
    amount = int(re.search(r"<amount> (\d+)", told)[1])
    units = {"Share evenly": amount // 2, "Keep as much": 0, "Give as much": amount}
    offer = next(units[word] for word in units if word in rules)
    return json.dumps({"offer": offer, "message": "That is my offer."})


def assistant(rules, told):
    """Offers the percents of its principle; a tenth without one."""
    if "<heard>" in told:
        return "<answer> ACCEPT </answer>"
    percent = re.search(r"offer (\d+)% of dollars", rules)
    amount = int(re.search(r"<amount> (\d+)", told)[1])
    return f"<offer> {round((int(percent[1]) if percent else 10) * amount / 100)} </offer>"


def generator(rules, told):
    """First something vain, then what was learned from the round before."""
    first = "no rounds yet" in told
    if "A user asks a helper" in rules:
        if '"point"' in rules:
            return json.dumps({"point": "0.25" if first else "0.75", "text": "Dear helper:"})
        text = "I ask plainly." if first else "For a good answer I say the word."
        return json.dumps({"text": text})
    if "ultimatum" in rules:
        shares = [int(units) / int(of) for units, of in re.findall(OFFERED, told)]
        percent = 0 if first else round(100 * sum(shares) / len(shares))
        shares = {"dollars": percent, "medicine": percent, "accepts": 0}
        return json.dumps({**shares, "manner": "polite", "text": "As you would:"})
    return json.dumps({"point": "50" if first else "46", "text": "I am a poor student."})
