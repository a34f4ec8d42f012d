"""Who plays an agent: a person, a policy, a language model; each is asked turn by turn.

A game is played by asking a `Seat` for each agent that is to act. What a seat is asked, a `Turn`,
is the same whoever sits there: what the agent sees, in numbers, in text and as a picture; what it
may do; and what has been announced to it before play.
"""

from .language import LanguageSeat
from .patient import PatientSeat
from .person import PersonSeat
from .policy import PolicySeat, RandomSeat
from .turn import Seat, Turn, picture_of, to_act

__all__ = [
    "LanguageSeat",
    "PatientSeat",
    "PersonSeat",
    "PolicySeat",
    "RandomSeat",
    "Seat",
    "Turn",
    "picture_of",
    "to_act",
]
