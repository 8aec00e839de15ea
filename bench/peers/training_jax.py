"""What both JAX models share: clipped AdamW, and a batch with its segments as one compiled call with donated buffers."""

from functools import partial
from typing import Any, Callable

import jax
import jax.numpy as jnp
import numpy as np

from settings import Array, Settings, Step, Weights

Tree = dict[str, jax.Array]
Batch = tuple[jax.Array, jax.Array]
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def cross_entropy(logits: jax.Array, labels: jax.Array, smoothing: float) -> jax.Array:
    """Mean over the batch."""
    classes = logits.shape[-1]
    target = (1 - smoothing) * jax.nn.one_hot(labels, classes) + smoothing / classes
    return -jnp.mean(jnp.sum(target * jax.nn.log_softmax(logits), -1))


def adamw(s: Settings, state: dict[str, Any], gradient: Tree, rate: jax.Array) -> tuple[dict[str, Any], jax.Array]:
    """optax.chain(clip_by_global_norm, adamw). Gives the new state and the norm before clipping."""
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in gradient.values()))
    shorten = jnp.minimum(1.0, s.clipNorm / norm)
    count = state["count"] + 1
    correction1, correction2 = 1 - BETA1**count, 1 - BETA2**count
    parameters, first, second = {}, {}, {}
    for name, p in state["parameters"].items():
        g = gradient[name] * shorten
        m = first[name] = BETA1 * state["first"][name] + (1 - BETA1) * g
        v = second[name] = BETA2 * state["second"][name] + (1 - BETA2) * g * g
        direction = m / correction1 / (jnp.sqrt(v / correction2) + EPSILON) + s.weightDecay * p
        parameters[name] = p - rate * direction
    return {**state, "parameters": parameters, "first": first, "second": second, "count": count}, norm


class Training:
    """Holds all that a step changes in `state`, which every call gives up and gets back."""

    def __init__(self, s: Settings, parameters: Weights, statistics: Weights, train: Callable, evaluate: Callable) -> None:
        self.s = s
        values = {name: jnp.array(value) for name, value in parameters.items()}
        self.state: dict[str, Any] = {
            "parameters": values,
            "first": jax.tree.map(jnp.zeros_like, values),
            "second": jax.tree.map(jnp.zeros_like, values),
            "count": jnp.zeros((), jnp.float32),
            "statistics": {name: jnp.array(value) for name, value in statistics.items()},
        }
        self._train = jax.jit(partial(train, s), donate_argnums=0)
        self._evaluate = jax.jit(partial(evaluate, s))

    def prepare(self, images: Array, labels: Array) -> Batch:
        return jnp.array(images), jnp.array(labels)

    def train(self, batch: Batch, rates: list[float]) -> list[Any]:
        self.state, results = self._train(self.state, *batch, np.asarray(rates, np.float32))
        jax.block_until_ready((self.state, results))
        return results

    def evaluate(self, batch: Batch) -> list[Array]:
        logits = self._evaluate(self.state["parameters"], self.state["statistics"], batch[0])
        return [np.asarray(one) for one in logits]

    @staticmethod
    def step(result: Any) -> Step:
        logits, loss, norm = result
        return Step(np.asarray(logits), float(loss), float(norm))

    def weights(self) -> Weights:
        return {name: np.asarray(v) for name, v in (self.state["parameters"] | self.state["statistics"]).items()}
