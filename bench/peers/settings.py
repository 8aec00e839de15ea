"""What a model and its training are, and what every peer can do. Numbers only; no framework is loaded here."""

from dataclasses import dataclass, fields
from typing import Any, Mapping, Protocol

import numpy as np

Array = np.ndarray
Weights = dict[str, Array]
"""By the names and in the layout of tests/vectors/README.md."""


@dataclass(frozen=True)
class Settings:
    """A preset, or a golden vector's metadata. The fields after `classes` are the HRM's; a CNN leaves them 0."""

    model: str
    width: int
    channels: int
    imageSize: int
    classes: int
    weightDecay: float
    clipNorm: float
    labelSmoothing: float
    patch: int = 0
    heads: int = 0
    layersPerModule: int = 0
    highCycles: int = 0
    lowSteps: int = 0
    segmentsTrain: int = 1
    segmentsEval: int = 1

    @property
    def tokens(self) -> int:
        """CLS and the cells."""
        return 1 + (self.imageSize // self.patch) ** 2


def settings_of(values: Mapping[str, Any]) -> Settings:
    """Takes the fields from strings or numbers; what is not a field is left aside."""
    return Settings(**{f.name: f.type(values[f.name]) for f in fields(Settings) if f.name in values})


@dataclass(frozen=True)
class Step:
    """One optimizer step: what the model gave before it."""

    logits: Array
    loss: float
    gradient_norm: float


class Peer(Protocol):
    """A model with its optimizer, freshly made: no step was taken."""

    def prepare(self, images: Array, labels: Array) -> Any:
        """A batch [B,H,W,C] and its classes [B] as the framework wants them."""

    def train(self, batch: Any, rates: list[float]) -> list[Any]:
        """One optimizer step for each rate: a batch with its segments. Has ended when it returns."""

    def step(self, result: Any) -> Step:
        """One of `train`'s results as numbers."""

    def evaluate(self, batch: Any) -> list[Array]:
        """Logits after each segment, from the templates."""

    def weights(self) -> Weights:
        """As they are now."""
