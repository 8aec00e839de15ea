"""Golden vectors: a peer that does not compute the same numbers is not timed."""

import json
import math
from pathlib import Path
from typing import Callable

import numpy as np

from settings import Array, Peer, Settings, Weights, settings_of

RELATIVE = 1e-3
"""Largest difference over a tensor's largest magnitude (tests/vectors/README.md)."""
LATE = 5e-3
"""The same of logits from the third batch on."""
STEPS = 0.1
"""Largest difference of a parameter, in steps of the peak learning rate."""


def read_safetensors(file: Path) -> tuple[dict[str, str], Weights]:
    """Metadata and tensors of a safetensors file of float32 and int32."""
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    types = {"F32": np.float32, "I32": np.int32}
    tensors: Weights = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
    return metadata, tensors


def under(tensors: Weights, prefix: str) -> Weights:
    """The tensors whose names begin so, without it."""
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


def rate(metadata: dict[str, str], step: int) -> float:
    """Learning rate of an optimizer step, counted from 0, "as published" (src/shared/experiment/schedule.ts)."""
    peak = float(metadata["learningRate"])
    per_epoch = int(metadata["batchesPerEpoch"])
    total = per_epoch * int(metadata["epochs"])
    warm = metadata["schedule"].startswith("warmup")
    if warm and step < per_epoch:
        return peak * step / per_epoch
    floor = 0.2 if warm else 0.0
    done = min((step - (per_epoch if warm else 0)) / total, 1.0)
    return peak * (floor + (1 - floor) * (1 + math.cos(math.pi * done)) / 2)


class Comparison:
    """Collects the worst errors; `check` refuses what is past a tolerance."""

    def __init__(self, file: Path, tensors: Weights, peak: float) -> None:
        self.file, self.tensors, self.peak = file, tensors, peak
        self.relative = self.steps = 0.0
        self.compared = 0

    def check(self, name: str, actual: Array | float, parameter: bool = False) -> None:
        """Compares with the file's tensor of this name. Raises AssertionError."""
        expected = self.tensors[name].reshape(-1)
        difference = np.abs(np.asarray(actual, np.float64).reshape(-1) - expected).max()
        scale = self.peak if parameter else np.abs(expected).max()
        error = float(difference / scale) if difference > 0 else 0.0
        late = name.endswith(".logits") and name.startswith("batch") and int(name[5 : name.index(".")]) >= 2
        tolerance = STEPS if parameter else LATE if late else RELATIVE
        if not error <= tolerance:
            raise AssertionError(f"{self.file.name}, {name}: off by {error:.3g}, allowed {tolerance}")
        self.compared += 1
        if parameter:
            self.steps = max(self.steps, error)
        else:
            self.relative = max(self.relative, error)

    def check_weights(self, prefix: str, weights: Weights) -> None:
        """Compares all that the file holds under a prefix."""
        for name in under(self.tensors, prefix):
            self.check(prefix + name, weights[name], parameter=not name.endswith((".mean", ".var")))


def verify(file: Path, make: Callable[[Settings, Weights], Peer]) -> dict[str, float | int | str]:
    """Trains as the file says and compares every loss, norm and logit, the parameters and the evaluation."""
    metadata, tensors = read_safetensors(file)
    settings = settings_of(metadata)
    peer = make(settings, under(tensors, "init.") | {f"z0.{n}": z for n, z in under(tensors, "z0.").items()})
    comparison = Comparison(file, tensors, float(metadata["learningRate"]))
    for index in range(int(metadata["batches"])):
        first = index * settings.segmentsTrain
        rates = [rate(metadata, first + segment) for segment in range(settings.segmentsTrain)]
        results = peer.train(peer.prepare(tensors["images"][index], tensors["labels"][index]), rates)
        for segment, result in enumerate(results):
            prefix = f"batch{index}." + (f"segment{segment}." if settings.model == "hrm" else "")
            step = peer.step(result)
            comparison.check(prefix + "logits", step.logits)
            comparison.check(prefix + "loss", step.loss)
            comparison.check(prefix + "grad_norm", step.gradient_norm)
        comparison.check_weights(prefix + "after.", peer.weights())
    comparison.check_weights("final.", peer.weights())
    for segment, logits in enumerate(peer.evaluate(peer.prepare(tensors["images"][0], tensors["labels"][0]))):
        comparison.check(f"eval.segment{segment}.logits" if settings.model == "hrm" else "eval.logits", logits)
    return {
        "file": file.name,
        "tensors": comparison.compared,
        "relative": comparison.relative,
        "steps": comparison.steps,
    }
