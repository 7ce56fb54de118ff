"""Streams of a server as their clients see them, over WebSocket: latency, work, memory.

    python benchmarks/served_streams.py RECORDING [--streams 60 100] [--batch 16] [--seconds 20]
    python benchmarks/served_streams.py RECORDING --churn 1000 4000 7000 10000

Starts `auricle serve` on a free port of 127.0.0.1; its clients are in this process, on the same
processors. Every client plays the recording over and over in blocks of 100 ms at the pace of
speech, and reads what comes back. Latency is from the moment at which the block with a chunk's last
sample was due to the arrival of the chunk's event at the client; which chunk an event belongs to is
known from the library, which hears the same samples first. Work is the server's processor time for
a second of one stream, `of_it_model` the share of the graph and the search; `others` is how many
processors the machine's other programs used meanwhile. --churn opens and closes streams, twenty at
a time, each with half a second of sound, and tells the server's memory before the first and after
so many, each time when the server has done nothing for as long as it takes to give memory back.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from websockets.asyncio.client import connect

import auricle
from auricle.audio import read_audio
from auricle.server.memory import GIVE_BACK_SECONDS
from serving import (
    busy_seconds,
    free_port,
    processor_seconds,
    read_metrics,
    resident_mb,
    running_server,
)

BLOCK_SECONDS = 0.1
CHURNING = 20  # streams at a time
Blocks = list[npt.NDArray[np.int16]]


def events_by_block(model: auricle.Model, blocks: Blocks) -> list[tuple[int, str, str]]:
    """Return what the library tells of the same samples: block, kind and text of each event."""
    stream, events = model.stream(), []
    for number, block in enumerate(blocks):
        stream.feed(block)
        for event in stream.take_events():
            text = event.text if event.kind == "partial" else event.segment.text
            events.append((number, event.kind, text))
    return events


def latencies(
    expected: Iterable[tuple[int, str, str]], arrived: list[tuple[float, str, str]], began: float
) -> list[float]:
    """Pair what arrived with what was due. A server may leave out partials, but keeps the order."""
    due, found = list(expected), []
    for when, kind, text in arrived:
        for k, (block, *told) in enumerate(due):
            if told == [kind, text]:
                found.append(when - began - block * BLOCK_SECONDS)
                del due[: k + 1]
                break
    return found


async def speak(url: str, blocks: Blocks, delay: float) -> tuple[float, list]:
    """Play blocks at the pace of speech; return when the first was due, and what came back."""
    arrived = []
    async with connect(url, open_timeout=60, compression=None) as socket:
        await socket.send('{"type": "start"}')
        await socket.recv()

        async def listen() -> None:
            async for message in socket:
                event = json.loads(message)
                if event["type"] not in ("partial", "final"):
                    return
                arrived.append((time.monotonic(), event["type"], event["text"]))

        listening = asyncio.ensure_future(listen())
        began = time.monotonic() + delay
        for number, block in enumerate(blocks):
            await asyncio.sleep(max(0.0, began + number * BLOCK_SECONDS - time.monotonic()))
            await socket.send(block.tobytes())
        await socket.send('{"type": "finish"}')
        await listening
    return began, arrived


async def load(arguments: argparse.Namespace, streams: int, batch: int) -> dict[str, object]:
    """Measure so many streams at once."""
    model = auricle.load(arguments.model)
    port, rate = free_port(), model.sample_rate
    samples = (read_audio(arguments.recording, rate) * 32767).astype("<i2")
    samples = np.resize(samples, int(arguments.seconds * rate))
    block = int(BLOCK_SECONDS * rate)
    blocks = [samples[start : start + block] for start in range(0, len(samples), block)]
    expected = events_by_block(model, blocks)
    options = ["-m", arguments.model, "--batch", batch, "--max-streams", streams]
    with running_server(port, *options) as server:
        url = f"ws://127.0.0.1:{port}/v1/stream"
        work, own, all_work = processor_seconds(server.pid), time.process_time(), busy_seconds()
        began = time.monotonic()
        heard = await asyncio.gather(
            *(speak(url, blocks, delay) for delay in np.linspace(0.0, 1.0, streams, False))
        )
        wall = time.monotonic() - began
        work, own = processor_seconds(server.pid) - work, time.process_time() - own
        others = (busy_seconds() - all_work - work - own) / wall
        memory, metrics = resident_mb(server.pid), read_metrics(port)
    seconds = [late for first, arrived in heard for late in latencies(expected, arrived, first)]
    told = sum(len(arrived) for _, arrived in heard)
    return {
        "streams": streams,
        "batch": batch,
        "p50_ms": round(1000 * float(np.percentile(seconds, 50))),
        "p95_ms": round(1000 * float(np.percentile(seconds, 95))),
        "events": told,
        "events_paired": round(len(seconds) / told, 3),
        "mean_batch": round(
            metrics["auricle_batch_size_sum"] / metrics["auricle_batch_size_count"], 2
        ),
        "work_ms_per_second": round(1000 * work / (streams * arguments.seconds), 2),
        "of_it_model": round(metrics['auricle_work_seconds_total{kind="stream"}'] / work, 2),
        "clients_ms_per_second": round(1000 * own / (streams * arguments.seconds), 2),
        "others": round(others, 2),
        "memory_mb": round(memory, 1),
    }


async def open_and_close(url: str, speech: bytes, streams: int) -> None:
    """Open a stream, say a little and leave, so many times."""
    for number in range(streams):
        async with connect(url, open_timeout=60, compression=None) as socket:
            await socket.send('{"type": "start"}')
            await socket.recv()
            await socket.send(speech)
            if number % 2:  # the others leave in mid-word
                await socket.send('{"type": "finish"}')
                async for _ in socket:
                    pass


async def churn(arguments: argparse.Namespace) -> None:
    """Open and close streams and tell the server's memory along the way."""
    samples = (read_audio(arguments.recording, 16_000) * 32767).astype("<i2")
    port, speech = free_port(), samples[:8_000].tobytes()
    with running_server(port, "-m", arguments.model) as server:
        url = f"ws://127.0.0.1:{port}/v1/stream"
        for before, after in itertools.pairwise([0, 0, *arguments.churn]):
            each = (after - before) // CHURNING
            await asyncio.gather(*(open_and_close(url, speech, each) for _ in range(CHURNING)))
            while read_metrics(port)["auricle_streams"]:
                await asyncio.sleep(0.1)
            await asyncio.sleep(2 * GIVE_BACK_SECONDS)
            report = {"streams": after, "memory_mb": round(resident_mb(server.pid), 1)}
            print(json.dumps(report), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recording", type=Path)
    parser.add_argument("--model", default="en")
    parser.add_argument("--streams", type=int, nargs="+", default=[60, 100])
    parser.add_argument("--batch", type=int, nargs="+", default=[16])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--churn", type=int, nargs="+", help="streams to open and close, in all")
    arguments = parser.parse_args()
    if arguments.churn:
        asyncio.run(churn(arguments))
        return
    for streams in arguments.streams:
        for batch in arguments.batch:
            print(json.dumps(asyncio.run(load(arguments, streams, batch))), flush=True)


if __name__ == "__main__":
    main()
