"""What lhotse's recipes are told of recordings: what the engine's own decoders say.

So whatever training can read can be imported, NIST's SPHERE files included, without programs of
lhotse's own choice; and one recording that cannot be read does not end the import of a corpus.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from auricle.audio_sources import open_decoder
from auricle.errors import AudioError

# Hz, of recordings that cannot be read; their length lets every segment pass.
UNREADABLE = 1
_LONG = 10**6  # samples of such a one


@contextmanager
def engine_decoders() -> Iterator[None]:
    """Let lhotse look into recordings with the engine's decoders."""
    from lhotse.audio import backend

    class Engine(backend.AudioBackend):  # type: ignore[misc]
        def info(self, path_or_fd: Any, force_opus_sampling_rate: int | None = None) -> Any:
            return _facts(path_or_fd)

    before = backend.get_current_audio_backend()
    backend.set_current_audio_backend(Engine())
    try:  # lhotse's own context manager restores nothing after an error
        yield
    finally:
        backend.set_current_audio_backend(before)


def _facts(path: str | os.PathLike[str]) -> Any:
    """Return channels, samples and rate of a recording as lhotse wants them."""
    from lhotse.audio.backend import LibsndfileCompatibleAudioInfo as Facts

    try:
        with closing(open_decoder(os.fspath(path), None, allow_damaged=False)) as decoder:
            rate, blocks = decoder.sample_rate, decoder.blocks()
            first = next(blocks)  # (S, C)
            if decoder.duration is None:
                samples = len(first) + sum(map(len, blocks))
            else:
                samples = round(decoder.duration * rate)
    except (AudioError, StopIteration):
        return Facts(channels=2, frames=_LONG, samplerate=UNREADABLE, duration=float(_LONG))
    return Facts(channels=first.shape[1], frames=samples, samplerate=rate, duration=samples / rate)
