"""What both PyTorch models share: a step of clipped AdamW, eager or compiled."""

from contextlib import nullcontext
from typing import Callable, ContextManager

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from settings import Array, Settings, Step

Batch = tuple[Tensor, Tensor]
Result = tuple[Tensor, Tensor, Tensor]
"""Logits [B,K], loss, norm of the gradient before clipping."""


def array(value: Tensor) -> Array:
    return value.detach().float().contiguous().numpy().copy()  # NumPy has no bfloat16


def tensor(value: Array) -> Tensor:
    return torch.from_numpy(np.array(value))


class Training:
    """Holds the optimizer and compiles what a model computes, where that is asked for."""

    def __init__(self, s: Settings, model: nn.Module, compiled: bool) -> None:
        if not torch.backends.mkldnn.is_available():
            raise RuntimeError("this PyTorch has no oneDNN")
        self.s = s
        self.compiled = compiled
        self.precision: Callable[[], ContextManager] = nullcontext
        self.parameters = list(model.parameters())
        self.optimizer = torch.optim.AdamW(self.parameters, lr=0.0, weight_decay=s.weightDecay, eps=1e-8, fused=True)

    def use_bfloat16(self) -> None:
        """PyTorch's own mixed precision from now on."""
        self.precision = lambda: torch.autocast("cpu", torch.bfloat16)

    def compile(self, function: Callable) -> Callable:
        """The function itself in eager mode."""
        return torch.compile(function, fullgraph=True, dynamic=False) if self.compiled else function

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(logits, labels, label_smoothing=self.s.labelSmoothing)

    def update(self, loss: Tensor, rate: float) -> Tensor:
        """Backward pass and one step. Gives the norm before clipping."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.parameters, self.s.clipNorm, foreach=True)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        return norm

    @staticmethod
    def step(result: Result) -> Step:
        logits, loss, norm = result
        return Step(array(logits), loss.item(), norm.item())
