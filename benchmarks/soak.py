"""A server under clients that behave well, and many that do not, for as long as you like.

    python benchmarks/soak.py RECORDING [--minutes 30] [--speakers 4] [--offenders 8] [--report 60]

Starts `auricle serve` on a free port of 127.0.0.1, with --batch 1, so that what speakers hear does
not depend on who else is there. Speakers play RECORDING in real time over and over; each text must
be, letter for letter, what the library says. Meanwhile offenders (benchmarks/offenders.py) stall,
send garbage, leave in mid-word, send empty and huge messages, over every protocol. Prints a line of
JSON for every --report seconds, and one at the end, with the memory gained after the first sixth of
the time and how many processors the server had on average. Fails where a text differs, an offender
was answered with an internal error, the server died, its streams were not given back, or more than
--growth MB were gained.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from websockets.asyncio.client import connect

import auricle
from auricle.audio import read_audio
from offenders import OFFENCES, Target
from serving import free_port, processor_seconds, read_metrics, resident_mb, running_server

BLOCK_SECONDS = 0.1
PATIENCE_SECONDS = 30.0  # for what streams still owe when their clients have left


@dataclass
class Tally:
    """What has happened so far."""

    texts: int = 0
    wrong_texts: list[str] = field(default_factory=list)
    offences: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)  # from finish to the last word, seconds


async def watch_log(server: subprocess.Popen[bytes], tally: Tally) -> None:
    """Read the server's log; an internal error in it is a failure."""
    assert server.stderr is not None
    while line := await asyncio.to_thread(server.stderr.readline):
        if b"traceback" in line or b"Traceback" in line:
            tally.failures.append(f"log: {line.decode(errors='replace').strip()[-600:]}")


async def speak(
    target: Target, samples: np.ndarray, rate: int, expected: str, tally: Tally
) -> None:
    """Play the recording at the pace of speech and compare what comes back."""
    block, text = int(BLOCK_SECONDS * rate), ""
    async with connect(f"{target.ws}/v1/stream", open_timeout=60) as socket:
        await socket.send(json.dumps({"type": "start", "sample_rate": rate}))
        began = time.monotonic()
        for number, start in enumerate(range(0, len(samples), block)):
            await asyncio.sleep(max(0.0, began + number * BLOCK_SECONDS - time.monotonic()))
            await socket.send(samples[start : start + block].tobytes())
        finished = time.monotonic()
        await socket.send('{"type": "finish"}')
        async for message in socket:
            event = json.loads(message)
            if event["type"] in ("end", "error"):
                text = event.get("text", f"error: {event}")
    tally.latencies.append(time.monotonic() - finished)
    tally.texts += 1
    if text != expected:
        tally.wrong_texts.append(text)


async def speak_on(until: float, *arguments: object) -> None:
    tally: Tally = arguments[-1]  # type: ignore[assignment]
    while time.monotonic() < until:
        try:
            await speak(*arguments)  # type: ignore[arg-type]
        except Exception as error:
            tally.failures.append(f"speaker: {type(error).__name__}: {error}")
            await asyncio.sleep(1.0)


async def offend_on(
    until: float, patience: float, target: Target, seed: int, speech: bytes, tally: Tally
) -> None:
    """Commit one offence after the other; each must be over after `patience` seconds."""
    random = np.random.default_rng(seed)
    while time.monotonic() < until:
        name = str(random.choice(sorted(OFFENCES)))
        try:
            failure = await asyncio.wait_for(OFFENCES[name](target, random, speech), patience)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
        tally.offences[name] += 1
        if failure:
            tally.failures.append(f"{name}: {failure}")


async def streams_left(target: Target, patience: float) -> float:
    """Return how many streams the server still holds when it has had so many seconds."""
    until = time.monotonic() + patience
    while (left := read_metrics(target.port)["auricle_streams"]) and time.monotonic() < until:
        await asyncio.sleep(0.5)
    return left


async def soak(arguments: argparse.Namespace) -> bool:
    model = auricle.load(arguments.model)
    floats = read_audio(arguments.recording, model.sample_rate)
    samples = (np.clip(floats, -1.0, 1.0) * 32767).astype("<i2")
    live = model.stream()
    live.feed(samples)
    expected = live.finish().text
    tally, memory = Tally(), []
    target = Target(free_port(), free_port())
    options = ["-m", arguments.model, "--wyoming", f"127.0.0.1:{target.wyoming_port}"]
    options += ["--batch", "1", "--max-idle-seconds", str(arguments.idle)]
    with running_server(target.port, *options, log=subprocess.PIPE) as server:
        began = time.monotonic()
        until = began + 60 * arguments.minutes
        log = asyncio.ensure_future(watch_log(server, tally))
        clients = [
            speak_on(until, target, samples, model.sample_rate, expected, tally)
            for _ in range(arguments.speakers)
        ]
        clients += [
            offend_on(until, 60.0 + arguments.idle, target, seed, samples.tobytes(), tally)
            for seed in range(arguments.offenders)
        ]
        work = asyncio.gather(*clients)
        while not work.done():
            await asyncio.wait((work,), timeout=arguments.report)
            memory.append((time.monotonic() - began, resident_mb(server.pid)))
            print(json.dumps(summary(tally, memory)), flush=True)
            if server.poll() is not None:
                work.cancel()
                tally.failures.append(f"the server died with {server.returncode}")
                break
        processors = 0.0
        if server.poll() is None:
            if left := await streams_left(target, arguments.idle + PATIENCE_SECONDS):
                tally.failures.append(f"{left:g} streams were not given back")
            memory.append((time.monotonic() - began, resident_mb(server.pid)))
            processors = processor_seconds(server.pid) / memory[-1][0]
    await log
    settled = [mb for when, mb in memory if when >= 10 * arguments.minutes]
    growth = memory[-1][1] - settled[0]
    if growth > arguments.growth:
        tally.failures.append(f"memory grew by {growth:.1f} MB")
    own = {"growth_mb": round(growth, 1), "processors": round(processors, 2)}
    print(json.dumps({**summary(tally, memory), **own}), flush=True)
    return not tally.failures and not tally.wrong_texts and tally.texts > 0


def summary(tally: Tally, memory: list[tuple[float, float]]) -> dict[str, object]:
    return {
        "minutes": round(memory[-1][0] / 60, 1),
        "texts": tally.texts,
        "wrong_texts": len(tally.wrong_texts),
        "last_word_p95_ms": round(1000 * float(np.percentile([0.0, *tally.latencies], 95))),
        "offences": dict(sorted(tally.offences.items())),
        "failures": tally.failures[:5],
        "memory_mb": round(memory[-1][1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("recording")
    parser.add_argument("--model", default="en")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--speakers", type=int, default=4)
    parser.add_argument("--offenders", type=int, default=8)
    parser.add_argument("--idle", type=float, default=5.0, help="the server's --max-idle-seconds")
    parser.add_argument("--report", type=float, default=60.0, help="seconds between two lines")
    parser.add_argument("--growth", type=float, default=20.0, help="MB that memory may grow by")
    sys.exit(0 if asyncio.run(soak(parser.parse_args())) else 1)


if __name__ == "__main__":
    main()
