"""Live captions in the terminal: ended segments as lines, the open one below them."""

import signal
import sys

import auricle
from auricle.microphone import Microphone, find_device, read_raw


def caption(blocks, sample_rate: int) -> None:
    with auricle.load("en").stream() as stream:
        for event in stream.events(blocks, sample_rate=sample_rate):
            if event.kind == "partial":
                print(f"\r\x1b[K\x1b[2m{event.text[-70:]}\x1b[0m", end="", flush=True)
            elif event.kind == "final":
                print(f"\r\x1b[K{event.segment.text}", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    if sys.argv[1:] == ["-"]:
        caption(read_raw(sys.stdin.buffer), 16_000)
    else:
        with Microphone(find_device(None)) as microphone:
            caption(microphone, microphone.sample_rate)
