"""A voice assistant: a grammar of commands, and what each does."""

import signal
import sys
from pathlib import Path

import auricle
from auricle.microphone import Microphone, find_device, read_raw

GRAMMAR = Path(__file__).with_name("lights.jsgf")


def listen(blocks, sample_rate: int) -> None:
    with auricle.load("en").stream(grammar=GRAMMAR, unknown_phrase_cost=20.0) as stream:
        for event in stream.events(blocks, sample_rate=sample_rate):
            if event.kind == "final" and event.segment.in_grammar:
                print("-> the {1} light goes {0}".format(*event.segment.tags).lower())
            elif event.kind == "final":
                print(f"not a command: {event.segment.text}")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    if sys.argv[1:] == ["-"]:
        listen(read_raw(sys.stdin.buffer), 16_000)
    else:
        with Microphone(find_device(None)) as microphone:
            listen(microphone, microphone.sample_rate)
