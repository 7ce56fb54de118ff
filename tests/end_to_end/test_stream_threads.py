"""One model serves many streams, from many threads and from asyncio."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import auricle
from auricle.acoustic_stream import run_together
from hearing import heard_at_once


@pytest.fixture(scope="session")
def alone(model, clips):
    return [heard_at_once(model, samples) for samples in clips.values()]


def test_threads_do_not_disturb_each_other(model, clips, alone):
    def listen(samples):
        with model.stream() as stream:
            for start in range(0, len(samples), 4_000):
                stream.feed(samples[start : start + 4_000])
                stream.partial()
            return stream.finish()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(listen, clips.values())) == alone


def where_others_have_a_turn(work):
    """Do work in a thread; return where in auricle it was whenever it let go of the GIL."""
    library, places = Path(auricle.__file__).parent, set()

    def place(frame):
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if library in path.parents:
                return f"{path.stem}.{frame.f_code.co_name}"
            frame = frame.f_back
        return None

    thread, interval = threading.Thread(target=work), sys.getswitchinterval()
    sys.setswitchinterval(1_000.0)  # Python itself takes the GIL from nobody now
    try:
        thread.start()
        while thread.is_alive():
            places.add(place(sys._current_frames().get(thread.ident)))
            time.sleep(0.001)
    finally:
        sys.setswitchinterval(interval)
    thread.join()
    return places


def test_other_threads_run_while_the_graph_and_the_search_work(model, clips):
    samples = np.concatenate(list(clips.values()))
    stream = model.stream(low_latency=False)
    places = where_others_have_a_turn(lambda: stream.feed(samples))
    assert stream.partial().words
    assert {"acoustic.run", "decoder.step"} <= places


def test_asyncio_streams_run_side_by_side(model, clips, alone):
    async def blocks(samples):
        for start in range(0, len(samples), 8_000):
            yield samples[start : start + 8_000]
            await asyncio.sleep(0)

    async def listen(samples):
        async with model.async_stream() as stream:
            return [event async for event in stream.events(blocks(samples))]

    async def listen_to_all():
        return await asyncio.gather(*(listen(samples) for samples in clips.values()))

    told = asyncio.run(listen_to_all())
    assert [events[-1].transcript for events in told] == alone


def test_an_async_stream_has_the_calls_of_the_stream(model, clips, alone):
    async def listen():
        samples = next(iter(clips.values()))
        stream = model.async_stream(beam_width=8)
        await stream.change(beam_width=None)
        await stream.feed((samples * 32767).astype(np.int16))
        assert (await stream.partial()).words
        await stream.reset()
        await stream.feed(samples)
        flushed = await stream.flush()
        assert (await stream.take_events())[0].kind == "final"
        assert await stream.finish() == flushed == alone[0]
        await stream.close()
        with pytest.raises(auricle.StreamError):
            await stream.feed(samples)

    asyncio.run(listen())


def test_a_cancelled_call_ends_before_the_next_one_begins(model, clips):
    samples = np.concatenate(list(clips.values()))

    async def listen():
        stream = model.async_stream()
        feeding = asyncio.create_task(stream.feed(samples))
        await asyncio.sleep(0.01)
        feeding.cancel()
        transcript = await stream.finish()
        assert feeding.cancelled()
        return transcript

    assert asyncio.run(listen()).duration == pytest.approx(len(samples) / 16_000)


def test_a_batch_of_streams_hears_nearly_what_each_hears_alone(model, clips):
    length = min(map(len, clips.values()))
    alone = [model.stream() for _ in clips]
    together = [model.stream() for _ in clips]
    for one, other, samples in zip(alone, together, clips.values(), strict=True):
        one.enqueue(samples[:length])
        other.enqueue(samples[:length])
    differences = []
    while alone[0].acoustics.ready_chunks:
        batch = run_together([stream.acoustics for stream in together])
        for stream, rows in zip(alone, batch, strict=True):
            differences.append(np.abs(np.exp(stream.acoustics.run()) - np.exp(rows)))
    # int8: the streams of a batch share the scales of their activations.
    assert max(difference.max() for difference in differences if difference.size) < 0.1
    assert np.mean([difference.mean() for difference in differences if difference.size]) < 1e-3
