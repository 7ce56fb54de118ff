"""Chunks of all live streams, through the graph in batches and through the search on a pool.

    LiveStream.feed -> its inbox (blocks and commands, in order)
      -> turn      streams with a whole chunk wait here, each once
      -> worker    takes what waits, at most `batch` streams of one model:
                   run_together (one run of the graph), then the search of each
      -> LiveStream.events

Those who speak come first: a stream that has been heard for longer than it has been open, because
its client sends faster than the pace of speech, has its turn when no other stream waits.

Batches are never waited for: while the workers are free, each chunk runs alone and at once; while
they are busy, chunks gather, and the next worker takes several. Everything but the work itself
happens on the event loop, so a stream needs no lock: while a worker has it, its inbox waits.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from auricle.acoustic_stream import run_together
from auricle.events import Event
from auricle.model import Model
from auricle.server.metrics import Metrics
from auricle.stream import Stream
from auricle.waveform import Samples

Result = TypeVar("Result")

# Clients may record a little before they connect.
_AHEAD_SECONDS = 2.0


class Engine:
    """Drives every live stream of a server. Made and used on one event loop."""

    def __init__(self, metrics: Metrics, *, batch: int, workers: int) -> None:
        self.metrics = metrics
        self._batch = batch
        self._free_workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="auricle-live")
        self._turn: deque[LiveStream] = deque()
        self._turn_ahead: deque[LiveStream] = deque()  # of those heard ahead of time
        self._jobs: set[asyncio.Task[None]] = set()

    def open(self, model: Model, backlog_seconds: float, **choices: Any) -> LiveStream:
        """Begin a live stream.

        Args:
            model: What hears it.
            backlog_seconds: Of audio that may wait for its turn before `feed` waits.
            **choices: Fields of `DecodingOptions`.

        Raises:
            OptionError: A value is outside its range.
        """
        return LiveStream(self, model, model.stream(**choices), backlog_seconds)

    def close(self) -> None:
        """Let the workers end; what they are at is finished."""
        self._pool.shutdown(wait=True)

    def schedule(self, stream: LiveStream) -> None:
        """Queue a stream that has work and is neither queued nor with a worker."""
        stream.queued = True
        (self._turn_ahead if stream.is_ahead else self._turn).append(stream)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._free_workers and (turn := self._turn or self._turn_ahead):
            streams = self._take_batch(turn)
            self._free_workers -= 1
            job = asyncio.get_running_loop().create_task(self._work(streams))
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)

    def _take_batch(self, turn: deque[LiveStream]) -> list[LiveStream]:
        first = turn.popleft()
        streams = [first]
        if first.command_is_next:
            return streams
        # An even share for each free worker, so that none idles while another has a large batch.
        share = -(-len(turn) // self._free_workers)
        for _ in range(len(turn)):
            other = turn.popleft()
            fits = other.model is first.model and not other.command_is_next
            if fits and len(streams) < min(self._batch, max(1, share)):
                streams.append(other)
            else:
                turn.append(other)
        return streams

    async def on_worker(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Have something done by a worker, and its processor time counted."""

        def counted() -> Result:
            began = time.thread_time()
            try:
                return work(*arguments)
            finally:
                seconds = time.thread_time() - began
                self.metrics.work_seconds.labels("stream").inc(seconds)

        return await asyncio.get_running_loop().run_in_executor(self._pool, counted)

    async def _work(self, streams: list[LiveStream]) -> None:
        if streams[0].command_is_next:
            await streams[0].obey()
        else:
            arrivals = [stream.chunk_arrived() for stream in streams]
            self.metrics.batch_size.observe(len(streams))
            outcomes = await self.on_worker(_advance, [stream.stream for stream in streams])
            now = time.monotonic()
            for stream, arrived, outcome in zip(streams, arrivals, outcomes, strict=True):
                self.metrics.event_latency.observe(now - arrived)
                stream.tell(outcome)
        self._free_workers += 1
        for stream in streams:
            stream.queued = False
            stream.look_for_work()
        self._dispatch()


class LiveStream:
    """One client's stream. What happens in it arrives in `events`: an `Event`, or an error."""

    def __init__(
        self, engine: Engine, model: Model, stream: Stream, backlog_seconds: float
    ) -> None:
        self.model = model
        self.stream = stream
        self.events: asyncio.Queue[Event | Exception] = asyncio.Queue()
        self.queued = False
        self._engine = engine
        self._inbox: deque[_Block | _Command] = deque()
        self._arrivals: deque[tuple[float, float]] = deque()  # seconds of audio up to, when
        self._heard_seconds = 0.0  # run through the graph
        self._opened = time.monotonic()
        self._closing = False
        self._backlog_seconds = backlog_seconds
        self._room = asyncio.Event()
        self._room.set()
        self._chunk_seconds = model.info.acoustic.chunk_samples / model.sample_rate
        self.fed_seconds = 0.0

    async def feed(self, samples: Samples, sample_rate: int) -> None:
        """Take the next block; wait while too much audio waits already."""
        await self._room.wait()
        self.fed_seconds += len(samples) / sample_rate
        self._engine.metrics.audio_seconds.labels("stream").inc(len(samples) / sample_rate)
        self._arrivals.append((self.fed_seconds, time.monotonic()))
        self._inbox.append(_Block(samples, sample_rate))
        if self.fed_seconds - self._heard_seconds > self._backlog_seconds:
            self._room.clear()
        self.look_for_work()

    async def command(self, work: Callable[[], Any]) -> Any:
        """Have something done with `stream` after all blocks before; return its result."""
        result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._inbox.append(_Command(work, result))
        self.look_for_work()
        return await result

    async def close(self) -> None:
        """Drop what waits and give back the stream's memory."""
        self._closing = True
        self._inbox.clear()
        self._room.set()
        await self.command(self.stream.close)

    @property
    def command_is_next(self) -> bool:
        """Whether all blocks before a command have been heard, or nobody wants them any more."""
        return self._closing or not self.stream.acoustics.ready_chunks

    @property
    def is_ahead(self) -> bool:
        """Whether more has been heard than can have been said since the stream was opened."""
        return self._heard_seconds > time.monotonic() - self._opened + _AHEAD_SECONDS

    def look_for_work(self) -> None:
        """Hand blocks to the stream and queue it if there is something to do."""
        if self.queued or self.stream.closed:
            return
        while self._inbox and not self.stream.acoustics.ready_chunks:
            block = self._inbox[0]
            if not isinstance(block, _Block):
                break
            self._inbox.popleft()
            try:
                self.stream.enqueue(block.samples, sample_rate=block.sample_rate)
            except Exception as error:  # the client's protocol says what becomes of it
                self.events.put_nowait(error)
        if self.stream.acoustics.ready_chunks or self._inbox:
            self._engine.schedule(self)

    def chunk_arrived(self) -> float:
        """Note that the next chunk is being heard; return when its last sample arrived."""
        self._heard_seconds += self._chunk_seconds
        arrived = time.monotonic()
        while self._arrivals:
            until, arrived = self._arrivals[0]
            if until >= self._heard_seconds - 1e-6:
                break
            self._arrivals.popleft()
        return arrived

    def tell(self, outcome: list[Event] | Exception) -> None:
        """Put what a worker brought where the client's protocol takes it from."""
        if self.fed_seconds - self._heard_seconds <= self._backlog_seconds:
            self._room.set()
        for event in outcome if isinstance(outcome, list) else [outcome]:
            self.events.put_nowait(event)

    async def obey(self) -> None:
        """Do the command at the head of the inbox."""
        command = self._inbox.popleft()
        assert isinstance(command, _Command)
        result, error, events = await self._engine.on_worker(_obey, self.stream, command.work)
        self.tell(events)
        if command.result.cancelled():
            return
        if error is not None:
            command.result.set_exception(error)
        else:
            command.result.set_result(result)


class _Block:
    def __init__(self, samples: Samples, sample_rate: int) -> None:
        self.samples, self.sample_rate = samples, sample_rate


class _Command:
    def __init__(self, work: Callable[[], Any], result: asyncio.Future[Any]) -> None:
        self.work, self.result = work, result


def _advance(streams: Sequence[Stream]) -> list[list[Event] | Exception]:
    outcomes: list[list[Event] | Exception] = []
    rows = run_together([stream.acoustics for stream in streams])
    for stream, new in zip(streams, rows, strict=True):
        try:
            stream.search(new)
            outcomes.append(stream.take_events())
        except Exception as error:  # one stream's failure is not the others'
            outcomes.append(error)
    return outcomes


def _obey(stream: Stream, work: Callable[[], Any]) -> tuple[Any, Exception | None, list[Event]]:
    try:
        result = work()
        return result, None, [] if stream.closed else stream.take_events()
    except Exception as error:  # it is raised where the command was given
        return None, error, []
