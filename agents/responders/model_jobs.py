"""A model of one pre-policy: trained and played out here, or as a job in whatever process."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict, read_state_text
from ...core.scenario import Scenario
from ...core.state_form import Form, Whole
from ..responder import Listen
from .amortized import AmortizedResponder
from .models.form import form_of_parameters
from .models.state import forget_training, load_parameters, parameters_of


def train_on(
    responder: AmortizedResponder,
    point: NDArray[Any],
    begin: StateDict | None,
    listen: Listen | None,
) -> None:
    """Spend a model's budget on one pre-policy, whose answer it is from then on."""
    if begin is not None:
        load_networks(responder, begin)
    responder.listen = listen
    responder.spend(np.array([point]))
    for model in responder.models.values():
        forget_training(model)  # two thirds of it, of which a search has one for each pre-policy


def train_there(job: dict[str, Any]) -> StateDict:
    """Train a model for a `FreshResponder` and play it out, in whatever process."""
    responder, point, networks = _made(job)
    scalars: list[list[Any]] = []
    train_on(responder, point, networks, lambda *scalar: scalars.append(list(scalar)))
    found = {**trained(responder), "scalars": scalars}
    if job["split"] is None:
        return found
    answer = responder.respond(np.array([point]), split=job["split"])
    return {**found, "answer": answer.state_dict()}


def play_out_there(job: dict[str, Any]) -> StateDict:
    """Play a trained model of a `FreshResponder` out, in whatever process."""
    responder, point, networks = _made(job)
    assert networks is not None
    load_networks(responder, networks)
    return responder.respond(np.array([point]), split=job["split"]).state_dict()


def _made(job: dict[str, Any]) -> tuple[AmortizedResponder, NDArray[Any], StateDict | None]:
    """The untrained model of a job, its pre-policy, and the networks that came along, if any."""
    responder = AmortizedResponder(
        Scenario.from_json(job["scenario"]).problem(),
        job["algorithm"],
        seed=job["seed"],
        steps=job.get("steps"),
        hyperparameters=job["hyperparameters"],
    )
    point = np.array(job["point"], dtype=job["dtype"])
    return responder, point, job["networks"] and read_state_text(job["networks"])


def networks_of(responder: AmortizedResponder) -> StateDict:
    """The networks of a responder's models, without where their optimizers stand."""
    return {
        learner: {
            name: part for name, part in parameters_of(model).items() if "param_groups" not in part
        }
        for learner, model in responder.models.items()
    }


def load_networks(responder: AmortizedResponder, networks: StateDict) -> None:
    """Answer with these networks; optimizers stay where they are."""
    for learner, model in responder.models.items():
        load_parameters(model, {**parameters_of(model), **networks[learner]})


def trained(responder: AmortizedResponder) -> StateDict:
    """What a model answers by, and how long it has trained."""
    models = responder.models.items()
    return {
        "parameters": {learner: parameters_of(model) for learner, model in models},
        "steps": {learner: model.num_timesteps for learner, model in models},
        "train_steps": responder.train_steps,  # those of practice, too
    }


def form_of_trained(responder: AmortizedResponder) -> Form:
    """The form of what `load_trained` goes on from, in models like a responder's."""
    models = responder.models
    own = {one: form_of_parameters(model) for one, model in models.items()}
    return {"parameters": own, "steps": dict.fromkeys(models, Whole()), "train_steps": Whole()}


def load_trained(responder: AmortizedResponder, state: StateDict) -> None:
    """Answer with what `trained` returned."""
    for learner, model in responder.models.items():
        load_parameters(model, state["parameters"][learner])
        model.num_timesteps = state["steps"][learner]
    responder.train_steps = state["train_steps"]
