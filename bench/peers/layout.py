"""Rotary positions with whole halves: the columns of q and k are kept as all 2i, then all 2i+1, of each head."""

import numpy as np

from settings import Array, Settings


def half_columns(s: Settings) -> Array:
    """For each column of qkv inside, its number in the paper's layout."""
    pairs = s.width // s.heads // 2
    column = np.arange(s.width)
    head, inside = column // (2 * pairs), column % (2 * pairs)
    half = head * 2 * pairs + 2 * (inside % pairs) + inside // pairs
    return np.concatenate([half, s.width + half, 2 * s.width + column])


def rotary(s: Settings) -> tuple[Array, Array]:
    """cos and sin [S,Dh] over both halves; sin is negative in the first."""
    pairs = s.width // s.heads // 2
    angles = np.arange(s.tokens)[:, None] / 10_000 ** (np.arange(pairs) / pairs)[None, :]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.tile(cos, 2).astype(np.float32), np.concatenate([-sin, sin], 1).astype(np.float32)
