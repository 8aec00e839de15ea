"""A preset's first weights and a batch of random images: timings need the sizes, not the draw."""

import numpy as np

from settings import Array, Settings, Weights


def normal(random: np.random.Generator, shape: tuple[int, ...], fan_in: int) -> Array:
    return (random.standard_normal(shape) / fan_in**0.5).astype(np.float32)


def hrm(s: Settings, random: np.random.Generator) -> Weights:
    D, cell = s.width, s.patch * s.patch * s.channels
    weights = {
        "embed.proj": normal(random, (cell, D), cell),
        "embed.cls": normal(random, (1, 1, D), 1),
        "head": normal(random, (D, s.classes), D),
        "z0.high": normal(random, (1, s.tokens, D), 1),
        "z0.low": normal(random, (1, s.tokens, D), 1),
    }
    for block in (f"{module}.{layer}." for module in ("low", "high") for layer in range(s.layersPerModule)):
        weights[block + "attention.qkv"] = normal(random, (D, 3 * D), D)
        weights[block + "attention.out"] = normal(random, (D, D), D)
        weights[block + "mlp.up"] = normal(random, (D, 8 * D), D)
        weights[block + "mlp.down"] = normal(random, (4 * D, D), 4 * D)
        weights[block + "norm1.scale"] = weights[block + "norm2.scale"] = np.ones(D, np.float32)
    return weights


def cnn(s: Settings, random: np.random.Generator) -> Weights:
    weights = {"head": normal(random, (2 * s.width, s.classes), 2 * s.width)}
    sides = [s.channels, s.width, s.width, 2 * s.width, 2 * s.width]
    for i, (inputs, outputs) in enumerate(zip(sides, sides[1:])):
        weights[f"conv{i}.kernel"] = normal(random, (3, 3, inputs, outputs), 9 * inputs)
        for name, value in {"scale": 1, "bias": 0, "mean": 0, "var": 1}.items():
            weights[f"bn{i}.{name}"] = np.full(outputs, value, np.float32)
    return weights


def weights(s: Settings) -> Weights:
    """Drawn from seed 0."""
    return (hrm if s.model == "hrm" else cnn)(s, np.random.default_rng(0))


def batch(s: Settings, size: int) -> tuple[Array, Array]:
    """Images [size,H,W,C] between -1 and 1, and classes [size]."""
    random = np.random.default_rng(1)
    images = random.uniform(-1, 1, (size, s.imageSize, s.imageSize, s.channels)).astype(np.float32)
    return images, random.integers(0, s.classes, size, np.int32)


def parameters(values: Weights) -> int:
    """Trainable numbers."""
    return sum(v.size for name, v in values.items() if not name.startswith("z0.") and not is_statistic(name))


def is_statistic(name: str) -> bool:
    """Batch normalisation's running mean and variance are not trained."""
    return name.endswith((".mean", ".var"))
