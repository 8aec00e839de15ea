"""The Hierarchical Reasoning Model in JAX. Symbols as in src/main/engine/models/hrm.ts."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from layout import half_columns, rotary
from settings import Array, Settings, Weights
from training_jax import Batch, Training, Tree, adamw, cross_entropy


def rms_norm(x: jax.Array, scale: jax.Array) -> jax.Array:
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6) * scale


def block(s: Settings, p: Tree, name: str, x: jax.Array, tables: tuple[Array, Array]) -> jax.Array:
    """One encoder block, post-norm, on x [B,S,D]."""
    B, S, D = x.shape
    h, Dh = s.heads, D // s.heads
    cos, sin = tables
    qkv = (x @ p[f"{name}.attention.qkv"]).reshape(B, S, 3 * h, Dh)
    qk, v = qkv[:, :, : 2 * h], qkv[:, :, 2 * h :]
    qk = qk * cos + jnp.roll(qk, Dh // 2, -1) * sin
    attended = jax.nn.dot_product_attention(qk[:, :, :h], qk[:, :, h:], v)
    x = rms_norm(x + attended.reshape(B, S, D) @ p[f"{name}.attention.out"], p[f"{name}.norm1.scale"])
    u, gate = jnp.split(x @ p[f"{name}.mlp.up"], 2, -1)
    x = x + (u * jax.nn.gelu(gate, approximate=True)) @ p[f"{name}.mlp.down"]
    return rms_norm(x, p[f"{name}.norm2.scale"])


def module(s: Settings, p: Tree, name: str, x: jax.Array) -> jax.Array:
    tables = tuple(table[:, None, :] for table in rotary(s))  # [S,1,Dh]
    for layer in range(s.layersPerModule):
        x = block(s, p, f"{name}.{layer}", x, tables)
    return x


def segment(s: Settings, p: Tree, cells: jax.Array, z: Tree) -> tuple[jax.Array, Tree]:
    """Logits and the states handed on; gradient through the last step of each module only."""
    cls = jnp.broadcast_to(p["embed.cls"], (len(cells), 1, s.width))
    x = jnp.concatenate([cls, cells @ p["embed.proj"]], 1)
    high, low = z["high"], z["low"]
    fixed, fixed_x = jax.lax.stop_gradient(p), jax.lax.stop_gradient(x)
    for step in range(1, s.highCycles * s.lowSteps):
        low = module(s, fixed, "low", low + high + fixed_x)
        if step % s.lowSteps == 0:
            high = module(s, fixed, "high", high + low)
    high, low = jax.lax.stop_gradient((high, low))
    low = module(s, p, "low", low + high + x)
    high = module(s, p, "high", high + low)
    return high[:, 0] @ p["head"], {"high": high, "low": low}


def start(statistics: Tree, batch: int) -> Tree:
    return {name: jnp.repeat(statistics[f"z0.{name}"], batch, 0) for name in ("high", "low")}


def train(s: Settings, state: dict[str, Any], cells: jax.Array, labels: jax.Array, rates: jax.Array) -> tuple[Any, list]:
    """All segments of a batch, each with its step."""

    def loss_of(p: Tree, z: Tree) -> tuple[jax.Array, tuple[jax.Array, Tree]]:
        logits, after = segment(s, p, cells, z)
        return cross_entropy(logits, labels, s.labelSmoothing), (logits, after)

    z, results = start(state["statistics"], len(cells)), []
    for m in range(s.segmentsTrain):
        (loss, (logits, z)), gradient = jax.value_and_grad(loss_of, has_aux=True)(state["parameters"], z)
        state, norm = adamw(s, state, gradient, rates[m])
        results.append((logits, loss, norm))
    return state, results


def evaluate(s: Settings, p: Tree, statistics: Tree, cells: jax.Array) -> list[jax.Array]:
    z, all_logits = start(statistics, len(cells)), []
    for _ in range(s.segmentsEval):
        logits, z = segment(s, p, cells, z)
        all_logits.append(logits)
    return all_logits


class HrmJax(Training):
    def __init__(self, s: Settings, weights: Weights) -> None:
        self.columns = half_columns(s)
        inside = {n: w[:, self.columns] if n.endswith("qkv") else w for n, w in weights.items()}
        parameters = {name: value for name, value in inside.items() if not name.startswith("z0.")}
        templates = {name: value for name, value in weights.items() if name.startswith("z0.")}
        super().__init__(s, parameters, templates, train, evaluate)

    def prepare(self, images: Array, labels: Array) -> Batch:
        B, H, W, C = images.shape
        P = self.s.patch
        grid = images.reshape(B, H // P, P, W // P, P, C).transpose(0, 1, 3, 2, 4, 5)
        return super().prepare(grid.reshape(B, -1, P * P * C), labels)

    def weights(self) -> Weights:
        back = np.argsort(self.columns)
        return {n: w[:, back] if n.endswith("qkv") else w for n, w in super().weights().items()}
