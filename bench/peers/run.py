"""A peer in a process of its own: shows that it computes the same function, then trains as many batches as each line asks.

Argument: JSON with peer, threads, batch, rate, settings, vectors (folder). Standard output: one line of JSON when ready, one for
each line {"batches": n} of standard input. Ends with standard input.
"""

import json
import os
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

import fresh
from golden import verify
from settings import Peer, Settings, Weights, settings_of

WARM_UP = 3
"""Batches before the first that is timed."""


def with_threads(peer: str, threads: int) -> None:
    """Both frameworks read their threads when they are loaded."""
    os.environ |= {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads), "NPROC": str(threads)}
    os.environ |= {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "", "TORCHINDUCTOR_COMPILE_THREADS": str(threads)}
    if peer == "jax":
        return
    import torch

    torch.set_num_threads(threads)


def maker(peer: str) -> Callable[[Settings, Weights], Peer]:
    """Makes the model of a peer's name: torch, torch-compile, torch-bfloat16 or jax."""
    if peer == "jax":
        from cnn_jax import CnnJax
        from hrm_jax import HrmJax

        return lambda s, weights: HrmJax(s, weights) if s.model == "hrm" else CnnJax(s, weights)
    from cnn_torch import CnnTorch
    from hrm_torch import HrmTorch

    compiled = peer == "torch-compile"
    return lambda s, weights: (HrmTorch if s.model == "hrm" else CnnTorch)(s, weights, compiled)


def say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def turn(peer: Peer, batch: Any, rates: list[float], batches: int) -> dict[str, Any]:
    """Trains; milliseconds of each batch, and what the process has used so far."""
    taken = []
    for _ in range(batches):
        began = time.perf_counter()
        losses = [peer.step(result).loss for result in peer.train(batch, rates)]
        taken.append(1000 * (time.perf_counter() - began))
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"ms": taken, "loss": losses[-1], "cpuMs": 1000 * (used.ru_utime + used.ru_stime), "peakBytes": peak}


def main(given: dict[str, Any]) -> None:
    with_threads(given["peer"], given["threads"])
    make = maker(given["peer"])
    s = settings_of(given["settings"])
    files = sorted(Path(given["vectors"]).glob(f"{s.model}-*.safetensors"))
    if not files:
        raise FileNotFoundError(f"{given['vectors']} holds no golden vectors of {s.model}")
    golden = [verify(file, make) for file in files]
    weights = fresh.weights(s)
    peer = make(s, weights)
    if given["peer"] == "torch-bfloat16":  # held to the golden vectors in float32
        peer.use_bfloat16()
    batch = peer.prepare(*fresh.batch(s, given["batch"]))
    rates = [given["rate"]] * s.segmentsTrain
    first = turn(peer, batch, rates, 1)["ms"][0]
    turn(peer, batch, rates, WARM_UP)
    name, library = ("JAX", "jax") if given["peer"] == "jax" else ("PyTorch", "torch")
    say({"version": f"{name} {version(library)}", "parameters": fresh.parameters(weights), "firstMs": first, "golden": golden})
    for line in sys.stdin:
        say(turn(peer, batch, rates, json.loads(line)["batches"]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
