"""The two-stage convolution network in PyTorch, channels last."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from settings import Array, Settings, Weights
from training_torch import Batch, Result, Training, array, tensor


class Layer(nn.Module):
    """Convolution 3x3, batch normalisation, ReLU."""

    def __init__(self, weights: Weights, index: int) -> None:
        super().__init__()
        self.index = index
        kernel = tensor(weights[f"conv{index}.kernel"]).permute(3, 2, 0, 1)
        self.kernel = nn.Parameter(kernel.contiguous(memory_format=torch.channels_last))  # [out,in,3,3]
        self.scale, self.bias = (nn.Parameter(tensor(weights[f"bn{index}.{name}"])) for name in ("scale", "bias"))
        # PyTorch's running variance is the unbiased one, the paper's the biased. With batches of one size n values the
        # first is n / (n - 1) times the second, step by step: kept so inside, given back without the factor.
        self.register_buffer("mean", tensor(weights[f"bn{index}.mean"]))
        self.register_buffer("variance", tensor(weights[f"bn{index}.var"]))
        self.factor = 1.0

    def scale_variance(self, values: int) -> None:
        """Keeps the running variance for batches of `values` values a channel."""
        factor = values / (values - 1)
        if factor != self.factor:
            self.variance *= factor / self.factor
            self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        x = F.conv2d(x, self.kernel, padding=1)
        variance = self.variance if self.training else self.variance / self.factor
        return F.relu(F.batch_norm(x, self.mean, variance, self.scale, self.bias, self.training, 0.1, 1e-5))

    def export(self) -> Weights:
        n = self.index
        return {
            f"conv{n}.kernel": array(self.kernel.permute(2, 3, 1, 0)),
            f"bn{n}.scale": array(self.scale),
            f"bn{n}.bias": array(self.bias),
            f"bn{n}.mean": array(self.mean),
            f"bn{n}.var": array(self.variance / self.factor),
        }


class Cnn(nn.Module):
    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(weights, i) for i in range(4))
        self.head = nn.Parameter(tensor(weights["head"].T))

    def forward(self, x: Tensor) -> Tensor:
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i % 2 == 1:
                x = F.max_pool2d(x, 2)
        return F.linear(x.mean((2, 3)), self.head)


class CnnTorch(Training):
    def __init__(self, s: Settings, weights: Weights, compiled: bool) -> None:
        self.model = Cnn(weights)
        super().__init__(s, self.model, compiled)
        self.forward = self.compile(self._forward)

    def _forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.model(images)
        return self.loss(logits, labels), logits.detach()

    def prepare(self, images: Array, labels: Array) -> Batch:
        # [B,C,H,W] over the same memory: channels last.
        return tensor(images).permute(0, 3, 1, 2), tensor(labels).long()

    def train(self, batch: Batch, rates: list[float]) -> list[Result]:
        images, labels = batch
        size, _, height, width = images.shape
        for i, layer in enumerate(self.model.layers):
            layer.scale_variance(size * height * width // (1 if i < 2 else 4))
        results: list[Result] = []
        for rate in rates:
            with self.precision():
                loss, logits = self.forward(images, labels)
            results.append((logits, loss.detach(), self.update(loss, rate)))
        return results

    @torch.no_grad()
    def evaluate(self, batch: Batch) -> list[Array]:
        self.model.eval()
        logits = array(self.model(batch[0]))
        self.model.train()
        return [logits]

    def weights(self) -> Weights:
        found: Weights = {"head": array(self.model.head).T}
        for layer in self.model.layers:
            found |= layer.export()
        return found
