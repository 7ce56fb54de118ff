"""A call, one speaker on each channel, as a dialogue: while it is recorded, or from its file."""

import signal
import sys

import numpy as np
import soundfile

import auricle


def dialogue(blocks, sample_rate: int):
    """Yield start, speaker and text of each segment as it ends; blocks are (S, 2)."""
    model = auricle.load("en")
    streams = {speaker: model.stream() for speaker in ("left", "right")}
    for block in blocks:
        for (speaker, stream), channel in zip(streams.items(), block.T, strict=True):
            stream.feed(channel, sample_rate=sample_rate)
            yield from ended(speaker, stream)
    for speaker, stream in streams.items():
        stream.finish()
        yield from ended(speaker, stream)


def ended(speaker: str, stream):
    for event in stream.take_events():
        if event.kind == "final":
            yield event.segment.start, speaker, event.segment.text


def recorded(pipe, copy: soundfile.SoundFile):
    """Yield 16-bit stereo samples from a pipe, and keep them."""
    while data := pipe.read(6_400):
        block = np.frombuffer(data[: len(data) // 4 * 4], "<i2").reshape(-1, 2)
        copy.write(block)
        yield block


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["-", path]:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends what records, then the pipe
            with soundfile.SoundFile(path, "w", 16_000, 2) as copy:
                for start, speaker, text in dialogue(recorded(sys.stdin.buffer, copy), 16_000):
                    print(f"{start:7.1f}  {speaker:5}  {text}", flush=True)
        case [path]:
            with soundfile.SoundFile(path) as file:
                if file.channels != 2:
                    sys.exit(f"{path}: {file.channels} channels; a call of two speakers has 2")
                blocks = file.blocks(file.samplerate, dtype="float32")
                for start, speaker, text in sorted(dialogue(blocks, file.samplerate)):
                    print(f"{start:7.1f}  {speaker:5}  {text}")
        case _:
            sys.exit("give a recording of two channels, or - and where to keep what is piped in")
