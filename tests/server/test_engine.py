"""The engine of live streams by itself."""

from __future__ import annotations

import asyncio
import time

import numpy as np

from auricle.server.engine import Engine
from auricle.server.metrics import Metrics


class Watched(Metrics):
    """Metrics that count the chunks that were heard."""

    def __init__(self):
        super().__init__()
        self.chunks = 0
        self.event_latency.observe = self._count

    def _count(self, seconds):
        self.chunks += 1


def test_those_who_speak_do_not_wait_for_those_who_send_files(model, speech):
    """Eight streams have a minute of audio waiting; a ninth is heard after one of them at most."""
    minute = np.tile(speech, 12)
    chunk = model.info.acoustic.chunk_frames * model.info.acoustic.frame_samples

    async def run():
        metrics = Watched()
        engine = Engine(metrics, batch=1, workers=1)
        senders = [engine.open(model, 100.0) for _ in range(8)]
        for sender in senders:
            sender._opened = time.monotonic() + 1_000.0  # heard ahead of time, on slow machines too
            await sender.feed(minute, model.sample_rate)
        speaker, between = engine.open(model, 100.0), []
        for number in range(8):
            before = metrics.chunks
            await speaker.feed(speech[number * chunk : (number + 1) * chunk], model.sample_rate)
            await speaker.command(lambda: None)  # until it is heard
            between.append(metrics.chunks - before)
        # What waits of those that are closed is not heard any more.
        await asyncio.gather(*(stream.close() for stream in (*senders, speaker)))
        engine.close()
        return between, metrics.chunks

    between, chunks = asyncio.run(run())
    assert max(between) <= 4  # its own; before it, and before the command, the one under way
    assert chunks < 8 * len(minute) / chunk / 2
