from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import auricle
from auricle.audio import open_audio
from auricle.cli import main
from auricle.decoder import EndpointOptions
from auricle.transcript import Transcript, Word
from making_audio import encode, tone


@dataclass
class FakeModel:
    """Hears one word, "tone", in each second of audio."""

    name: str = "fake"
    language: str = "en"
    sample_rate: int = 16_000
    options: list[Any] = field(default_factory=list)
    before: Callable[[str], None] = lambda name: None
    endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    endpoints: list[Any] = field(default_factory=list)

    def transcribe(
        self, source, *, sample_rate=None, options=None, endpoint=None, progress=None
    ) -> Transcript:
        self.options.append(options)
        self.endpoints.append(endpoint)
        with open_audio(source, self.sample_rate, source_rate=sample_rate) as audio:
            self.before(Path(audio.name).name)
            for _ in audio:
                if progress is not None:
                    progress(audio.position)
            seconds = audio.position
        words = [Word("tone", float(k), k + 0.9, 0.9) for k in range(int(seconds))]
        return Transcript.from_words(words, language="en", duration=seconds, model=self.name)


@pytest.fixture
def model(monkeypatch) -> FakeModel:
    fake = FakeModel()
    fake.loaded = []

    def load(name: str, **options: Any) -> FakeModel:
        fake.loaded.append((name, options))
        return fake

    monkeypatch.setattr(auricle, "load", load, raising=False)
    return fake


@pytest.fixture
def run() -> Callable[..., Result]:
    def invoke(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)

    return invoke


@pytest.fixture
def talk(tmp_path) -> Path:
    """A recording of two seconds."""
    path = tmp_path / "talk.wav"
    path.write_bytes(encode(tone(440, 2, 16_000), 16_000, "wav16"))
    return path
