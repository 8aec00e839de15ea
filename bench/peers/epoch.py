"""A whole epoch as a careful person would write it with PyTorch: on an imported data set, with its evaluation and all that is to be kept.

Argument: JSON with peer, threads, batch, rates (of each batch's steps), settings, data (folder of the imported set), images (of the training part) and out
(folder). Keeps there: each step's loss and gradient norm, the test part's probabilities, weights and optimizer. Standard output:
one line of JSON with seconds and the test part's accuracy.
"""

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import fresh
from run import maker, with_threads
from settings import Array, settings_of

EVALUATED = 256
"""Images of a batch in evaluation."""


class DataSet:
    """An imported data set; src/shared/data/dataset.ts says how it lies there."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "dataset.json").read_text())
        shape = (-1, *(self.manifest[side] for side in ("height", "width", "channels")))
        self.images = np.memmap(folder / "images.u8", np.uint8, "r").reshape(shape)
        self.labels = np.fromfile(folder / "labels.u16", "<u2").astype(np.int32)
        self.mean, self.std = (np.array(self.manifest[name], np.float32) for name in ("mean", "std"))

    def part(self, name: str) -> Array:
        """Places of a part's images."""
        part = self.manifest["parts"][name]
        return np.arange(part["offset"], part["offset"] + part["count"])

    def batch(self, places: Array) -> tuple[Array, Array]:
        """Standardised images [B,H,W,C] and their classes [B]."""
        images = self.images[places].astype(np.float32) / 255
        return (images - self.mean) / (self.std + 1e-6), self.labels[places]


def chunks(places: Array, size: int) -> list[Array]:
    return [places[i : i + size] for i in range(0, len(places), size)]


def main(given: dict[str, Any]) -> None:
    with_threads(given["peer"], given["threads"])
    import torch

    data, out = DataSet(Path(given["data"])), Path(given["out"])
    s = settings_of(given["settings"])
    peer = maker(given["peer"])(s, fresh.weights(s))

    began = time.perf_counter()
    order = np.random.default_rng(0).permutation(data.part("train"))[: given["images"]]
    with open(out / "steps.csv", "w", newline="") as file:
        steps = csv.writer(file)
        steps.writerow(["loss", "gradient_norm", "accuracy"])
        for places, rates in zip(chunks(order, given["batch"]), given["rates"], strict=True):
            images, labels = data.batch(places)
            for result in peer.train(peer.prepare(images, labels), rates):
                step = peer.step(result)
                steps.writerow([step.loss, step.gradient_norm, np.mean(step.logits.argmax(1) == labels)])
    trained = time.perf_counter()

    test = data.part("test")
    logits = np.concatenate([peer.evaluate(peer.prepare(*data.batch(places)))[-1] for places in chunks(test, EVALUATED)])
    evaluated = time.perf_counter()

    scores = np.exp(logits - logits.max(1, keepdims=True))
    np.save(out / "probabilities.npy", scores / scores.sum(1, keepdims=True))
    torch.save({"model": peer.model.state_dict(), "optimizer": peer.optimizer.state_dict()}, out / "checkpoint.pt")
    accuracy = float(np.mean(logits.argmax(1) == data.labels[test]))
    print(json.dumps({"train": trained - began, "evaluate": evaluated - trained, "accuracy": accuracy}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
