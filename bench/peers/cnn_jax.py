"""The two-stage convolution network in JAX."""

from typing import Any

import jax
import jax.numpy as jnp

from fresh import is_statistic
from settings import Settings, Weights
from training_jax import Training, Tree, adamw, cross_entropy


def convolution(x: jax.Array, kernel: jax.Array) -> jax.Array:
    """3x3 on x [B,H,W,C] as one matrix product over the nine shifted images.

    XLA's own convolution has slow gradients on CPUs: a step takes some 1.5 times as long with it.
    """
    B, H, W, C = x.shape
    padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    shifted = jnp.concatenate([padded[:, i : i + H, j : j + W] for i in range(3) for j in range(3)], -1)
    return (shifted.reshape(-1, 9 * C) @ kernel.reshape(9 * C, -1)).reshape(B, H, W, -1)


def layer(p: Tree, statistics: Tree, i: int, x: jax.Array, training: bool) -> tuple[jax.Array, Tree]:
    """Convolution 3x3, batch normalisation, ReLU on x [B,H,W,C]; gives the running statistics as well."""
    x = convolution(x, p[f"conv{i}.kernel"])
    mean, variance = statistics[f"bn{i}.mean"], statistics[f"bn{i}.var"]
    running: Tree = {}
    if training:
        batch = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
        for name, before, now in zip(("mean", "var"), (mean, variance), batch):
            running[f"bn{i}.{name}"] = 0.9 * before + 0.1 * now
        mean, variance = batch
    x = (x - mean) * (jax.lax.rsqrt(variance + 1e-5) * p[f"bn{i}.scale"]) + p[f"bn{i}.bias"]
    return jax.nn.relu(x), running


def forward(p: Tree, statistics: Tree, x: jax.Array, training: bool) -> tuple[jax.Array, Tree]:
    running: Tree = {}
    for i in range(4):
        x, new = layer(p, statistics, i, x, training)
        running |= new
        if i % 2 == 1:
            x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return jnp.mean(x, (1, 2)) @ p["head"], running


def train(s: Settings, state: dict[str, Any], images: jax.Array, labels: jax.Array, rates: jax.Array) -> tuple[Any, list]:
    def loss_of(p: Tree) -> tuple[jax.Array, tuple[jax.Array, Tree]]:
        logits, running = forward(p, state["statistics"], images, training=True)
        return cross_entropy(logits, labels, s.labelSmoothing), (logits, running)

    (loss, (logits, running)), gradient = jax.value_and_grad(loss_of, has_aux=True)(state["parameters"])
    state, norm = adamw(s, state, gradient, rates[0])
    return {**state, "statistics": running}, [(logits, loss, norm)]


def evaluate(_: Settings, p: Tree, statistics: Tree, images: jax.Array) -> list[jax.Array]:
    return [forward(p, statistics, images, training=False)[0]]


class CnnJax(Training):
    def __init__(self, s: Settings, weights: Weights) -> None:
        parameters = {name: value for name, value in weights.items() if not is_statistic(name)}
        statistics = {name: value for name, value in weights.items() if is_statistic(name)}
        super().__init__(s, parameters, statistics, train, evaluate)
