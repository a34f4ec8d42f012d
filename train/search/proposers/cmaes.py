"""CMA-ES over a continuum of pre-policies, by the library cmaes."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.errors import InvalidArgument
from ....core.extras import require
from ....core.pre_policy import COVERING, PrePolicySpace
from ....core.state_form import Array, Each, Form, Maybe, Real, Same, Whole, like
from .meta import Meta
from .spaces import continuous

_FAR = 40 * COVERING  # where every point is a corner's, and steps grow without end


class CmaEsMeta(Meta):
    """Covariance matrix adaptation (Hansen, "The CMA evolution strategy: a tutorial", 2016).

    A search that has settled starts anew from a random mean with twice the population, as in
    IPOP-CMA-ES (Auger and Hansen, 2005): answers jump where followers change their mind, and one
    descent may end on the wrong side of such a jump. While all scores are the same it draws from
    all of the space, as it began.
    """

    name = "cmaes"

    @classmethod
    def defaults(cls, space: PrePolicySpace) -> tuple[int, int]:
        """Evaluations in all and in a batch."""
        return 2000, 20

    def __init__(
        self, space: PrePolicySpace, *, evaluations: int = 0, batch: int = 0, seed: int = 0
    ) -> None:
        """Begin in the middle of the space.

        Raises:
            MissingExtra: cmaes is not installed.
        """
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self._space = continuous(space, self.name)
        if not self._space.dimension:
            raise InvalidArgument("there is one pre-policy only, and nothing to search.")
        require("the meta pre-policy cmaes", "cmaes", extra="search")
        self._seed = seed
        self._restarts = 0
        self._population: int | None = None
        self._start(np.zeros(self._space.dimension))
        self._asked: list[NDArray[np.float64]] = []
        self._told: list[tuple[NDArray[np.float64], float]] = []

    def _start(self, mean: NDArray[np.float64]) -> None:
        from cmaes import CMA

        self._cma = CMA(
            mean=mean,
            sigma=COVERING,
            seed=self._seed + self._restarts,
            population_size=self._population,
        )
        self._cma._funhist_values[:] = (
            0.0  # the library leaves what was there, and reads none of it
        )

    @property
    def _library(self) -> StateDict:
        """All of the library's but its generator, seeded anew before each use from the search's."""
        return {name: part for name, part in vars(self._cma).items() if name != "_rng"}

    def state_dict(self) -> StateDict:
        """The library's own state to the last bit, and the generation under way."""
        own = {
            "cma": deepcopy(self._library),  # it goes on in place
            "restarts": self._restarts,
            "population": self._population,
            "asked": self._asked,
            "told": list(self._told),
        }
        return super().state_dict() | own

    def state_form(self, kept: StateDict) -> Form:
        """What changes is of the kept population's sizes; the rest is the library's for these."""
        vector = Array(np.float64, (self._space.dimension,))
        matrix = Array(np.float64, vector.shape * 2)
        twin = CmaEsMeta(self.space)
        twin._population, length = kept["population"], len(kept["cma"]["_weights"])
        if length != (twin._population or length):  # before as much is made room for
            raise ValueError("there are not as many weights as are drawn")
        twin._start(np.zeros(self._space.dimension))
        if len(kept["told"]) >= twin._cma.population_size:
            raise ValueError("a whole generation is told, and was not learned from")
        cma = {name: Same(value) for name, value in twin._library.items()}
        moved: dict[str, Form] = {"_p_sigma": vector, "_pc": vector, "_mean": vector, "_C": matrix}
        moved |= {"_sigma": Real(1e-100), "_g": Whole()}
        moved |= {"_D": Maybe(vector), "_B": Maybe(matrix)}
        moved["_funhist_values"] = like(twin._cma._funhist_values)
        own = {
            "cma": cma | moved,
            "restarts": Whole(),
            "population": Maybe(Whole(1)),
            "asked": Each(vector),
            "told": Each([vector, Real()]),
        }
        return super().state_form(kept) | own

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._restarts, self._population = state["restarts"], state["population"]
        self._asked = state["asked"]
        self._told = [(latent, value) for latent, value in state["told"]]
        self._start(np.zeros(self._space.dimension))
        vars(self._cma).update(deepcopy(state["cma"]))

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[np.float64]:
        """(number, length) draws of the present generation and, past its end, still of it."""
        # Its own generator is lost in pickling; the search's is kept in checkpoints.
        self._cma.reseed_rng(int(np_random.integers(2**31)))
        self._asked = [self._cma.ask() for _ in range(number)]
        return self._space.decode(np.array(self._asked))

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) draws of the present Gaussian."""
        twin = deepcopy(self._cma)  # so that the search's own draws are not used up
        twin.reseed_rng(int(np_random.integers(2**31)))
        return self._space.decode(np.array([twin.ask() for _ in range(number)]))

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        for latent, score in zip(self._asked, scores.tolist(), strict=True):
            self._told.append((latent, -score))
            if len(self._told) == self._cma.population_size:
                self._end_generation()

    def _end_generation(self) -> None:
        generation, self._told = self._told, []
        if np.ptp([value for _, value in generation]) == 0:
            self._restart(1, np.zeros(self._space.dimension))  # nothing to go by here
            return
        with np.errstate(over="ignore"):  # the library caps a step size that grows without end
            self._cma.tell(generation)
        farthest = max(float(np.abs(latent).max()) for latent, _ in generation)
        if self._cma.should_stop() or farthest > _FAR:
            draws = np.random.default_rng([self._seed, self._restarts + 1])
            self._restart(2, draws.normal(0, COVERING, self._space.dimension))

    def _restart(self, growth: int, mean: NDArray[np.float64]) -> None:
        self._restarts += 1
        self._population = growth * self._cma.population_size
        self._start(mean)
