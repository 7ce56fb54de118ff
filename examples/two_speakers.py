"""A recorded call, one speaker on each channel, as a dialogue in the order in which it was said."""

import sys

import soundfile

import auricle

SPEAKERS = ("left", "right")


def transcribe(path: str) -> list[tuple[float, str, str]]:
    model = auricle.load("en")
    streams = [model.stream() for _ in SPEAKERS]
    with soundfile.SoundFile(path) as file:
        if file.channels != 2:
            sys.exit(f"{path}: has {file.channels} channels; a call of two speakers has 2")
        for block in file.blocks(file.samplerate, dtype="float32"):
            for stream, channel in zip(streams, block.T, strict=True):
                stream.feed(channel, sample_rate=file.samplerate)
    return sorted(
        (segment.start, speaker, segment.text)
        for speaker, stream in zip(SPEAKERS, streams, strict=True)
        for segment in stream.finish().segments
    )


if __name__ == "__main__":
    for start, speaker, text in transcribe(sys.argv[1]):
        print(f"{start:7.1f}  {speaker:5}  {text}")
