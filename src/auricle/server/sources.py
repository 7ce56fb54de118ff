"""Binary messages of a live client as samples: plain PCM, or Opus in WebM or Ogg as browsers make.

PcmSource        bytes -> samples, at once
ContainerSource  bytes -> BytePipe -> PyAV in a thread -> samples
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from auricle.errors import AudioError
from auricle.server.pipes import BytePipe
from auricle.waveform import Samples

Feed = Callable[[Samples, int], Awaitable[None]]

PCM_TYPES: dict[str, npt.DTypeLike] = {"pcm_s16le": "<i2", "pcm_f32le": "<f4"}
CONTAINERS = ("webm", "ogg")
FORMATS = (*PCM_TYPES, *CONTAINERS)

# Enough for the headers of WebM and Ogg; FFmpeg would otherwise gather seconds before the first.
_PROBING = {"probesize": "4096", "analyzeduration": "0", "protocol_whitelist": "none"}
_PIPE_BYTES = 1 << 20


class Source(Protocol):
    """What makes samples of a client's bytes."""

    async def take(self, data: bytes) -> None:
        """Take the next bytes."""

    async def end(self) -> None:
        """Hand over what is left."""

    def close(self) -> None:
        """Drop what is left."""


class PcmSource:
    """Little-endian mono samples; a message may end in the middle of one."""

    def __init__(self, dtype: npt.DTypeLike, sample_rate: int, feed: Feed) -> None:
        self._dtype = np.dtype(dtype)
        self._sample_rate = sample_rate
        self._feed = feed
        self._rest = b""

    async def take(self, data: bytes) -> None:
        """Take the next bytes."""
        data = self._rest + data
        whole = len(data) - len(data) % self._dtype.itemsize
        self._rest = data[whole:]
        if whole:
            samples = np.frombuffer(data[:whole], self._dtype)
            await self._feed(samples.astype(self._dtype.newbyteorder("=")), self._sample_rate)

    async def end(self) -> None:
        """Do nothing: all whole samples were handed over."""

    def close(self) -> None:
        """Do nothing: nothing is held."""


class ContainerSource:
    """A live WebM or Ogg stream. It is decoded in a thread that waits for the next bytes."""

    def __init__(self, sample_rate: int, feed: Feed) -> None:
        """Begin.

        Args:
            sample_rate: Of the samples that come out, Hz.
            feed: Where they go.
        """
        self._sample_rate = sample_rate
        self._feed = feed
        self._pipe = BytePipe(_PIPE_BYTES)
        self._loop = asyncio.get_running_loop()
        self._work: asyncio.Future[None] | None = None

    async def take(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            AudioError: What came before cannot be decoded.
        """
        self._begin()
        assert self._work is not None
        if self._work.done():
            self._work.result()
        self._pipe.put(data)
        await self._pipe.room()

    async def end(self) -> None:
        """Hand over what is left.

        Raises:
            AudioError: It cannot be decoded.
        """
        self._pipe.end()
        if self._work is not None:
            await self._work

    def close(self) -> None:
        """Drop what is left; the thread ends."""
        self._pipe.close()
        if self._work is not None:
            self._work.add_done_callback(lambda work: work.cancelled() or work.exception())

    def _begin(self) -> None:
        if self._work is None:
            self._work = asyncio.ensure_future(asyncio.to_thread(self._decode))

    def _decode(self) -> None:
        import av

        try:
            with av.open(self._pipe, "r", container_options=_PROBING) as container:
                if not container.streams.audio:
                    raise AudioError("there is no sound in it; send an audio track")
                resampler = av.AudioResampler("s16", "mono", self._sample_rate)
                for frame in container.decode(audio=0):
                    self._hand_over(resampler.resample(frame))
                self._hand_over(resampler.resample(None))
        except (av.FFmpegError, ValueError, IndexError) as error:
            raise AudioError(
                f"the blocks are not WebM or Ogg that can be decoded: {error}"
            ) from error
        finally:
            self._pipe.close()

    def _hand_over(self, frames: list[Any]) -> None:
        for frame in frames:
            samples = frame.to_ndarray().reshape(-1)
            feeding = asyncio.run_coroutine_threadsafe(
                self._forward(samples, self._sample_rate), self._loop
            )
            feeding.result()

    async def _forward(self, samples: Samples, sample_rate: int) -> None:
        await self._feed(samples, sample_rate)


def open_source(name: str, sample_rate: int, model_rate: int, feed: Feed) -> Source:
    """Return the source of a format of `FORMATS`.

    Args:
        name: Of the format.
        sample_rate: Of PCM, Hz; containers say theirs.
        model_rate: Of the samples that a container gives, Hz.
        feed: Where samples and their rate go.
    """
    if name in PCM_TYPES:
        return PcmSource(PCM_TYPES[name], sample_rate, feed)
    return ContainerSource(model_rate, feed)
