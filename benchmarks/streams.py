"""Live streams at once: latency of their events, work for each, memory, with and without batches.

    python benchmarks/streams.py RECORDING [--streams 10 50] [--batch 1 16] [--seconds 20]
    python benchmarks/streams.py RECORDING --memory [--churn 10000]

The server's engine runs in this process; every stream hears the recording over and over, in blocks
of 100 ms at the pace of speech, each from another place of it. Latency is from the arrival of a
chunk's last sample to its events. Work is processor time of the whole process for a second of one
stream's audio; its inverse times the cores is how many streams fit.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import time
from pathlib import Path

import numpy as np

import auricle
from auricle.audio import read_audio
from auricle.server.engine import Engine
from auricle.server.metrics import Metrics

BLOCK_SECONDS = 0.1


class Timed(Metrics):
    """Metrics that keep every latency and batch size."""

    def __init__(self) -> None:
        super().__init__()
        self.latencies: list[float] = []
        self.batches: list[int] = []
        self.event_latency.observe = self.latencies.append  # type: ignore[method-assign]
        self.batch_size.observe = self.batches.append  # type: ignore[method-assign]


async def speak(live, samples: np.ndarray, rate: int, seconds: float, offset: float) -> None:
    block = int(BLOCK_SECONDS * rate)
    began = time.monotonic() + offset
    for number in range(int(seconds / BLOCK_SECONDS)):
        await asyncio.sleep(max(0.0, began + number * BLOCK_SECONDS - time.monotonic()))
        start = (number * block + int(offset * 7 * rate)) % (len(samples) - block)
        await live.feed(samples[start : start + block], rate)
        while not live.events.empty():
            live.events.get_nowait()
    await live.command(lambda: None)  # until all of it is heard
    await live.close()


async def load(model, samples, streams: int, batch: int, seconds: float) -> dict:
    metrics = Timed()
    engine = Engine(metrics, batch=batch, workers=2)
    began, wall = time.process_time(), time.monotonic()
    offsets = np.linspace(0.0, 1.0, streams, endpoint=False)
    await asyncio.gather(
        *(
            speak(engine.open(model, 1e9), samples, model.sample_rate, seconds, offset)
            for offset in offsets
        )
    )
    work = (time.process_time() - began) / (streams * seconds)
    engine.close()
    return {
        "streams": streams,
        "batch": batch,
        "p50_ms": round(1000 * float(np.percentile(metrics.latencies, 50))),
        "p95_ms": round(1000 * float(np.percentile(metrics.latencies, 95))),
        "mean_batch": round(float(np.mean(metrics.batches)), 2),
        "work_ms_per_second": round(1000 * work, 2),
        "fit_on_two_cores": int(2 / work),
        "wall_s": round(time.monotonic() - wall, 1),
    }


def resident_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_memory(model, samples: np.ndarray, churn: int) -> dict:
    for _ in range(50):
        with model.stream() as stream:
            stream.feed(samples)
    before = resident_bytes()
    streams = [model.stream() for _ in range(200)]
    idle = (resident_bytes() - before) / len(streams)
    for stream in streams:
        stream.feed(samples)
    active = (resident_bytes() - before) / len(streams)
    del streams, stream
    before = resident_bytes()
    for _ in range(churn):
        with model.stream() as stream:
            stream.feed(samples[:8_000])
    growth = resident_bytes() - before
    return {
        "idle_kb": round(idle / 1e3),
        "active_kb": round(active / 1e3),
        "churned": churn,
        "growth_mb": round(growth / 1e6, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recording")
    parser.add_argument("--model", default="en")
    parser.add_argument("--streams", type=int, nargs="+", default=[10, 50])
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--churn", type=int, default=10_000)
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    samples = read_audio(arguments.recording, model.sample_rate)
    if arguments.memory:
        print(json.dumps(measure_memory(model, samples, arguments.churn)))
        return
    for streams in arguments.streams:
        for batch in arguments.batch:
            report = asyncio.run(load(model, samples, streams, batch, arguments.seconds))
            print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
