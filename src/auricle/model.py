"""A speech recognition model, ready to run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auricle.acoustic import AcousticGraph
from auricle.alignment import Alignment, AlignmentOptions, align
from auricle.decoder import (
    SEARCH_WIDTHS,
    DecodingOptions,
    EndpointOptions,
    Scorer,
    SecondPass,
    Vocabulary,
    open_scorer,
)
from auricle.errors import ModelError
from auricle.package import Package, PackageInfo, find_package
from auricle.stream import Stream
from auricle.transcript import Transcript

if TYPE_CHECKING:
    from auricle.async_stream import AsyncStream
    from auricle.audio import AudioReader
    from auricle.audio_sources import AudioSource


def vocabulary_of(package: Package) -> Vocabulary:
    """Make the vocabulary that a package's scorers belong to.

    Raises:
        ModelError: The package's tokens or lexicons are missing or broken.
    """
    units, lexicon, second = package.info.units, package.info.lexicon, package.info.second_pass
    return Vocabulary(
        units.tokens,
        blank=units.blank,
        boundary=units.boundary,
        spaces=units.spaces,
        single_separators=units.single_separators,
        lexicon=None if lexicon is None else package.file(lexicon),
        second_pass=None
        if second is None
        else SecondPass(
            second.tokens,
            blank=second.blank,
            lexicon=package.file(second.lexicon),
            weight=second.weight,
        ),
    )


class Model:
    """A loaded package: an acoustic graph, a vocabulary, a scorer. Threads may share it."""

    def __init__(
        self,
        package: Package,
        *,
        scorer: str | os.PathLike[str] | None = None,
        threads: int = 1,
    ) -> None:
        info = package.info
        self.info: PackageInfo = info
        self.vocabulary = vocabulary_of(package)
        self.acoustic = AcousticGraph(package.file(info.acoustic.file), info.acoustic, threads)
        if self.acoustic.columns != self.vocabulary.columns:
            raise ModelError(
                f"{package.path}: the graph spells in {self.acoustic.columns} tokens, "
                f"auricle.json names {self.vocabulary.columns}; install the package again"
            )
        self.scorer: Scorer | None = None
        if scorer is not None:
            self.scorer = open_scorer(scorer, self.vocabulary)
        elif info.scorer is not None:
            self.scorer = open_scorer(package.file(info.scorer), self.vocabulary)
        self._package = package  # a packed package's files live as long as it

    @property
    def name(self) -> str:
        """Name of the package, as in "en"."""
        return self.info.name

    @property
    def language(self) -> str:
        """Code of the language, as in "en"."""
        return self.info.language

    @property
    def sample_rate(self) -> int:
        """Samples a second that a stream takes, Hz."""
        return self.info.sample_rate

    @property
    def endpoint(self) -> EndpointOptions:
        """When a segment ends, unless a stream is told otherwise."""
        return EndpointOptions(
            silence=self.info.endpoint_seconds, maximum=self.info.maximum_seconds
        )

    def stream(
        self,
        options: DecodingOptions | None = None,
        *,
        endpoint: EndpointOptions | None = None,
        low_latency: bool = True,
        **choices: Any,
    ) -> Stream:
        """Begin a stream.

        Args:
            options: How to search; or give its fields by name, as in `hot_words={"auricle": 6.0}`.
            endpoint: When a segment ends; as the package says if None.
            low_latency: Run the graph on short chunks, so that words show while they are spoken.
                Without it on the longer ones of files, where the package has them: for a recording
                that comes in blocks, at a fraction of the cost; some models hear better so.
            **choices: Fields of `DecodingOptions`.

        Raises:
            OptionError: A value is outside its range.
            ModelError: The model cannot stream.
        """
        if not self.info.acoustic.streaming:
            raise ModelError(
                f"the model {self.name!r} cannot stream, because its network reads whole "
                "utterances; transcribe recordings with it, or take another model for a stream"
            )
        chosen = self._options(options, choices)
        return Stream(self, chosen, endpoint, low_latency=low_latency)

    def async_stream(self, options: DecodingOptions | None = None, **choices: Any) -> AsyncStream:
        """Begin a stream for a program that runs on asyncio; arguments and errors as `stream`."""
        from auricle.async_stream import AsyncStream  # here, for asyncio takes a while to import

        return AsyncStream(self.stream(options, **choices))

    def transcribe(
        self,
        source: AudioSource | AudioReader,
        *,
        sample_rate: int | None = None,
        options: DecodingOptions | None = None,
        endpoint: EndpointOptions | None = None,
        progress: Callable[[float], None] | None = None,
        **choices: Any,
    ) -> Transcript:
        """Turn a recording into words: a stream without low latency, run from start to end.

        A model that cannot stream runs on pieces of at most 30 s, cut where it is quietest.

        Args:
            source: A path, a binary file, the bytes of one, or an array (S,) or (S, C);
                or what `auricle.audio.open_audio` opened at the model's rate.
            sample_rate: Of an array, Hz.
            options: How to search; or give its fields by name.
            endpoint: When a segment ends; as the package says if None.
            progress: Called after every block with the seconds of audio done.
            **choices: Fields of `DecodingOptions`.

        Raises:
            AudioError: The recording is missing, damaged or holds no audio.
            OptionError: A value is outside its range.
        """
        from auricle.audio import open_audio

        chosen = self._options(options, choices)
        stream = Stream(self, chosen, endpoint, low_latency=False)
        with open_audio(source, self.sample_rate, source_rate=sample_rate) as reader:
            for block in reader:
                stream.feed(block)
                if progress is not None:
                    progress(reader.position)
        return stream.finish()

    def align(
        self,
        source: AudioSource | AudioReader,
        text: str,
        *,
        sample_rate: int | None = None,
        options: AlignmentOptions | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Alignment:
        """Find when each word of a text is said in a recording; see `auricle.align`."""
        return align(
            self, source, text, sample_rate=sample_rate, options=options, progress=progress
        )

    def search_options(self, options: DecodingOptions) -> DecodingOptions:
        """Return the options with the package's widths of the search, where they name none."""
        widths = {name: getattr(self.info, name) for name in SEARCH_WIDTHS}
        return replace(options, **{n: w for n, w in widths.items() if getattr(options, n) is None})

    def _options(
        self, options: DecodingOptions | None, choices: Mapping[str, Any]
    ) -> DecodingOptions:
        given = {} if options is None else vars(options)
        return DecodingOptions(**{**given, **choices})


def load(
    name: str | os.PathLike[str],
    *,
    scorer: str | os.PathLike[str] | None = None,
    threads: int = 1,
    verify: bool = True,
) -> Model:
    """Load a model.

    Args:
        name: A bundled name ("en"), a package folder, or a packed .auricle file.
        scorer: Another scorer.lm to use instead of the package's.
        threads: Threads that the acoustic graph may use.
        verify: Compare the package's files with their checksums.

    Raises:
        ModelError: There is no such package, or it is corrupt.
        ScorerError: The scorer is missing, corrupt or of another vocabulary.
    """
    package = Package(find_package(Path(name)), verify=verify)
    return Model(package, scorer=scorer, threads=threads)
