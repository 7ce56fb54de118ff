"""A client of `WS /v1/stream`."""

from __future__ import annotations

import json

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


def stream_events(url, blocks, start=None, path="/v1/stream", headers=None):
    """Send a start message, blocks (binary or dictionaries) and finish; return all events."""
    with connect(url + path, additional_headers=headers) as socket:
        messages = [{"type": "start", **(start or {})}, *blocks, {"type": "finish"}]
        try:
            for message in messages:
                socket.send(message if isinstance(message, bytes) else json.dumps(message))
        except ConnectionClosed:
            pass  # what the server said before is read all the same
        return read_events(socket)


def read_events(socket):
    """Return all events up to the close, with whatever code."""
    events = []
    try:
        while True:
            events.append(json.loads(socket.recv()))
    except ConnectionClosed:
        return events
