"""The Hierarchical Reasoning Model in PyTorch. Symbols as in src/main/engine/models/hrm.ts."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from layout import half_columns, rotary
from settings import Array, Settings, Weights
from training_torch import Batch, Result, Training, array, tensor

MATRICES = ("attention.qkv", "attention.out", "mlp.up", "mlp.down")
SCALES = ("norm1.scale", "norm2.scale")


class Block(nn.Module):
    """One encoder block, post-norm. Weights are [out,in]."""

    def __init__(self, s: Settings, weights: Weights, name: str) -> None:
        super().__init__()
        self.s, self.name = s, name
        self.columns = half_columns(s)
        qkv, out, up, down = (weights[f"{name}.{matrix}"].T for matrix in MATRICES)
        self.qkv, self.out = nn.Parameter(tensor(qkv[self.columns])), nn.Parameter(tensor(out))
        self.up, self.down = nn.Parameter(tensor(up)), nn.Parameter(tensor(down))
        self.norm1, self.norm2 = (nn.Parameter(tensor(weights[f"{name}.{scale}"])) for scale in SCALES)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        B, S, D = x.shape
        h, Dh = self.s.heads, D // self.s.heads
        qk, v = F.linear(x, self.qkv).view(B, S, 3 * h, Dh).split([2 * h, h], 2)
        qk = qk * cos + qk.roll(Dh // 2, -1) * sin
        q, k = qk.transpose(1, 2).chunk(2, 1)  # [B,h,S,Dh]
        attended = F.scaled_dot_product_attention(q, k, v.transpose(1, 2))
        x = x + F.linear(attended.transpose(1, 2).reshape(B, S, D), self.out)
        x = F.rms_norm(x, (D,), self.norm1, 1e-6)
        u, gate = F.linear(x, self.up).chunk(2, -1)
        x = x + F.linear(u * F.gelu(gate, approximate="tanh"), self.down)
        return F.rms_norm(x, (D,), self.norm2, 1e-6)

    def export(self) -> Weights:
        qkv = np.empty((self.columns.size, self.s.width), np.float32)
        qkv[self.columns] = array(self.qkv)
        matrices = zip(MATRICES, (qkv, array(self.out), array(self.up), array(self.down)))
        scales = zip(SCALES, (array(self.norm1), array(self.norm2)))
        return {f"{self.name}.{n}": w.T for n, w in matrices} | {f"{self.name}.{n}": w for n, w in scales}


class Hrm(nn.Module):
    """Embedding, modules and head."""

    def __init__(self, s: Settings, weights: Weights) -> None:
        super().__init__()
        self.s = s
        self.projection = nn.Parameter(tensor(weights["embed.proj"].T))
        self.cls = nn.Parameter(tensor(weights["embed.cls"]))
        self.head = nn.Parameter(tensor(weights["head"].T))
        self.low, self.high = (
            nn.ModuleList(Block(s, weights, f"{module}.{i}") for i in range(s.layersPerModule))
            for module in ("low", "high")
        )
        self.cos, self.sin = (tensor(table)[:, None, :] for table in rotary(s))  # [S,1,Dh]

    def embed(self, cells: Tensor) -> Tensor:
        """x~ [B,S,D] of cells [B,S-1,P*P*C]."""
        return torch.cat([self.cls.expand(len(cells), 1, -1), F.linear(cells, self.projection)], 1)

    def run(self, blocks: nn.ModuleList, x: Tensor) -> Tensor:
        for block in blocks:
            x = block(x, self.cos, self.sin)
        return x

    def segment(self, cells: Tensor, high: Tensor, low: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits and both states; gradient through the last step of each module only."""
        x, N, T = self.embed(cells), self.s.highCycles, self.s.lowSteps
        with torch.no_grad():
            for step in range(1, N * T):
                low = self.run(self.low, low + high + x)
                if step % T == 0:
                    high = self.run(self.high, high + low)
        low = self.run(self.low, low + high + x)
        high = self.run(self.high, high + low)
        return F.linear(high[:, 0], self.head), high, low


class HrmTorch(Training):
    def __init__(self, s: Settings, weights: Weights, compiled: bool) -> None:
        self.model = Hrm(s, weights)
        super().__init__(s, self.model, compiled)
        self.templates = [tensor(weights[f"z0.{name}"]) for name in ("high", "low")]
        self.segment = self.compile(self._segment)

    def _segment(self, cells: Tensor, labels: Tensor, high: Tensor, low: Tensor) -> tuple[Tensor, ...]:
        logits, high, low = self.model.segment(cells, high, low)
        return self.loss(logits, labels), logits.detach(), high.detach(), low.detach()

    def prepare(self, images: Array, labels: Array) -> Batch:
        B, H, W, C = images.shape
        P = self.s.patch
        grid = images.reshape(B, H // P, P, W // P, P, C).transpose(0, 1, 3, 2, 4, 5)
        return tensor(grid.reshape(B, -1, P * P * C)), tensor(labels).long()

    def start(self, batch: int) -> list[Tensor]:
        return [template.expand(batch, -1, -1).contiguous() for template in self.templates]

    def train(self, batch: Batch, rates: list[float]) -> list[Result]:
        cells, labels = batch
        high, low = self.start(len(labels))
        results: list[Result] = []
        for rate in rates:
            with self.precision():
                loss, logits, high, low = self.segment(cells, labels, high, low)
            results.append((logits, loss.detach(), self.update(loss, rate)))
        return results

    @torch.no_grad()
    def evaluate(self, batch: Batch) -> list[Array]:
        high, low = self.start(len(batch[1]))
        all_logits: list[Array] = []
        for _ in range(self.s.segmentsEval):
            logits, high, low = self.model.segment(batch[0], high, low)
            all_logits.append(array(logits))
        return all_logits

    def weights(self) -> Weights:
        model = self.model
        found: Weights = {
            "embed.proj": array(model.projection).T,
            "embed.cls": array(model.cls),
            "head": array(model.head).T,
        }
        for block in [*model.low, *model.high]:
            found |= block.export()
        return found
