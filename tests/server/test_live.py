"""`WS /v1/stream`: what clients send and hear."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import re
import threading
import time

import av
import jsonschema
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from auricle.server import Limits, engine, running
from hearing import heard_at_once
from server.streaming import read_events, stream_events


def pcm(samples):
    return (samples * 32767).astype("<i2").tobytes()


def in_blocks(data, size=3_200):
    return [data[start : start + size] for start in range(0, len(data), size)]


def recorded(samples, container):
    """Encode as a browser's recorder does: Opus, live."""
    buffer = io.BytesIO()
    buffer.seekable = lambda: False
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream("libopus", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], "s16", "mono")
        frame.sample_rate = 16_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    return buffer.getvalue()


def test_the_words_are_those_of_the_library(server, model, speech):
    expected = heard_at_once(model, (speech * 32767).astype(np.int16))
    events = stream_events(server.ws, in_blocks(pcm(speech)))
    assert events[0] == {"type": "ready", "model": "en", "sample_rate": 16_000}
    assert "partial" in [event["type"] for event in events]
    assert events[-1] == {"type": "end", **expected.to_dict()}
    finals = [event["text"] for event in events if event["type"] == "final"]
    assert finals == [segment.text for segment in expected.segments]


def test_every_event_fits_the_schema(server, speech):
    schema = json.loads(_get(f"{server.http}/v1/stream/schema"))
    validator = jsonschema.Draft202012Validator(
        {"$ref": "#/$defs/server", "$defs": schema["$defs"]}
    )
    for event in stream_events(server.ws, in_blocks(pcm(speech))):
        validator.validate(event)
    for event in stream_events(server.ws, [b"", {"type": "nonsense"}]):
        validator.validate(event)


def test_float_samples_in_odd_pieces_are_the_same_samples(server, model, speech):
    blocks = in_blocks(speech.astype("<f4").tobytes(), 3_333)
    events = stream_events(server.ws, blocks, {"format": "pcm_f32le", "partials": False})
    assert events[-1]["text"] == heard_at_once(model, speech).text
    assert {event["type"] for event in events} == {"ready", "final", "end"}


@pytest.mark.parametrize("container", ["webm", "ogg"])
def test_what_browsers_record_is_heard(server, model, speech, container):
    data = recorded(speech, container)
    events = stream_events(server.ws, in_blocks(data, 1_000), {"format": container})
    assert events[-1]["type"] == "end"
    assert events[-1]["duration"] == pytest.approx(len(speech) / 16_000, abs=0.1)
    assert len(events[-1]["text"].split()) > 5


def test_a_flush_ends_the_segment_and_the_stream_goes_on(server, speech):
    data = pcm(speech)
    events = stream_events(server.ws, [data, {"type": "flush"}, data])
    finals = [event for event in events if event["type"] == "final"]
    assert len(finals) >= 2
    assert finals[-1]["start"] > len(speech) / 16_000


def test_hot_words_can_be_changed_on_the_way(server, speech):
    change = {"type": "change", "hot_words": {"zebra": 5.0}, "use_scorer": False}
    events = stream_events(server.ws, [pcm(speech), change, pcm(speech)])
    assert events[-1]["type"] == "end"


@pytest.mark.parametrize(
    ("messages", "code", "close_code"),
    [
        (["no json"], "invalid_request", 4400),
        (['{"type": "flush"}'], "invalid_request", 4400),
        ([b"\0\0"], "invalid_request", 4400),
        (['{"type": "start", "model": "xx"}'], "unknown_model", 4404),
        (['{"type": "start", "sample_rate": 1}'], "invalid_request", 4400),
        (['{"type": "start", "format": "mp9"}'], "invalid_request", 4400),
        (['{"type": "start", "colour": "red"}'], "invalid_request", 4400),
        (['{"type": "start", "beam_width": 100000}'], "invalid_request", 4400),
        (['{"type": "start"}', '{"type": "start"}'], "invalid_request", 4400),
        (['{"type": "start"}', "[1]"], "invalid_request", 4400),
        (['{"type": "start", "sample_rate": "\\ud800"}'], "invalid_request", 4400),
        (['{"type": "start", "hot_words": {"\\ud800": 1}}'], "invalid_request", 4400),
        (
            ['{"type": "start"}', '{"type": "change", "hot_words": {"\\ud800": 1}}'],
            "invalid_request",
            4400,
        ),
        (
            ['{"type": "start", "format": "webm"}', b"x" * 9000, '{"type":"finish"}'],
            "invalid_audio",
            4400,
        ),
        (['{"type": "start", "format": "pcm_f32le"}', b"\xff" * 8], "invalid_audio", 4400),
    ],
)
def test_wrong_messages_are_answered_with_a_code(server, messages, code, close_code):
    with connect(f"{server.ws}/v1/stream") as socket:
        for message in messages:
            socket.send(message)
        events = read_events(socket)
        assert events[-1]["type"] == "error"
        assert events[-1]["code"] == code
        assert socket.close_code == close_code


def test_a_silent_client_is_let_go(start_server):
    server = start_server(limits=Limits(idle_seconds=0.2))
    with connect(f"{server.ws}/v1/stream") as socket:
        socket.send('{"type": "start"}')
        events = read_events(socket)
    assert events[-1]["code"] == "idle"


def test_streams_have_a_limit_of_number_and_length(start_server, speech):
    server = start_server(limits=Limits(streams=1, stream_seconds=2.0))
    with connect(f"{server.ws}/v1/stream") as socket:
        socket.send('{"type": "start"}')
        assert json.loads(socket.recv())["type"] == "ready"
        assert stream_events(server.ws, [])[-1]["code"] == "busy"
        for block in in_blocks(pcm(speech)):
            try:
                socket.send(block)
            except ConnectionClosed:
                break
        assert read_events(socket)[-1]["code"] == "too_long"
    # A place that was given back can be taken again.
    assert stream_events(server.ws, [pcm(speech[:16_000])])[-1]["type"] == "end"


def test_one_block_may_be_too_long_for_a_stream(start_server):
    server = start_server(limits=Limits(stream_seconds=2.0))
    second = bytes(32_000)
    assert stream_events(server.ws, [second, second])[-1]["type"] == "end"
    assert stream_events(server.ws, 2 * in_blocks(second))[-1]["type"] == "end"
    assert stream_events(server.ws, [second, second + bytes(2_000)])[-1]["code"] == "too_long"


def test_a_huge_message_closes_only_its_own_stream(start_server, model, speech):
    server = start_server(limits=Limits(message_bytes=100_000), batch=1)
    with connect(f"{server.ws}/v1/stream") as socket:
        socket.send('{"type": "start"}')
        socket.send(bytes(200_000))
        read_events(socket)
        assert socket.close_code == 1009
    events = stream_events(
        server.ws, in_blocks(speech.astype("<f4").tobytes()), {"format": "pcm_f32le"}
    )
    assert events[-1]["text"] == heard_at_once(model, speech).text


def test_streams_side_by_side_hear_their_own(server, model, clips):
    ends = {}

    def listen(name, samples):
        blocks = in_blocks(samples.astype("<f4").tobytes())
        ends[name] = stream_events(server.ws, blocks, {"format": "pcm_f32le"})[-1]["text"]

    threads = [threading.Thread(target=listen, args=item) for item in clips.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {name: heard_at_once(model, samples).text for name, samples in clips.items()}


def test_clients_that_leave_in_mid_word_leave_nothing(server, speech):
    for _ in range(3):
        with connect(f"{server.ws}/v1/stream") as socket:
            socket.send('{"type": "start"}')
            socket.send(pcm(speech))
            socket.socket.shutdown(2)
    assert stream_events(server.ws, [pcm(speech)])[-1]["type"] == "end"
    assert _wait_until(lambda: "auricle_streams 0.0" in _get(f"{server.http}/metrics"))


@pytest.mark.parametrize("farewell", ['{"type": "finish"}', '{"type": "nonsense"}', None])
def test_a_stream_is_gone_without_the_garbage_collector(server, speech, farewell):
    """Megabytes must not wait for Python to look for cycles."""

    def streams():
        return sum(type(one) is engine.LiveStream for one in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = streams()
        with connect(f"{server.ws}/v1/stream") as socket:
            socket.send('{"type": "start"}')
            socket.recv()
            socket.send(pcm(speech[:16_000]))
            assert streams() == before + 1
            if farewell is not None:
                socket.send(farewell)
                with contextlib.suppress(ConnectionClosed):
                    list(socket)
        assert _wait_until(lambda: streams() == before)
    finally:
        gc.enable()


def test_a_client_that_left_is_not_heard_to_its_end(start_server, monkeypatch):
    """A minute of silence waits in the system's buffers when its sender leaves without a word."""

    def slowly(streams):
        time.sleep(0.02)
        return advance(streams)

    advance = engine._advance
    monkeypatch.setattr(engine, "_advance", slowly)
    monkeypatch.setattr(running, "PING_SECONDS", 0.2)
    server = start_server()
    with connect(f"{server.ws}/v1/stream") as socket:
        socket.send('{"type": "start"}')
        socket.recv()
        for _ in range(60):
            socket.send(bytes(32_000))
        socket.socket.close()
    assert _wait_until(lambda: "auricle_streams 0.0" in _get(f"{server.http}/metrics"), 30.0)
    metrics = _get(f"{server.http}/metrics")
    (heard,) = re.findall(r'auricle_audio_seconds_total\{kind="stream"\} (.*)', metrics)
    assert float(heard) < 45.0
    assert 'auricle_streams_ended_total{outcome="left"} 1.0' in metrics


def test_nothing_is_compressed(server):
    """A few bytes could otherwise be hours of audio, and each stream would hold 300 kB more."""
    with connect(f"{server.ws}/v1/stream") as socket:
        assert socket.protocol.extensions == []


def test_a_client_that_sends_without_end_does_not_hold_up_the_shutdown(start_server):
    server = start_server()

    def flood():
        with (
            contextlib.suppress(ConnectionClosed, OSError),
            connect(f"{server.ws}/v1/stream") as socket,
        ):
            socket.send('{"type": "start"}')
            while True:
                socket.send(bytes(32_000))

    flooding = threading.Thread(target=flood)
    flooding.start()
    time.sleep(0.2)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 0.8 * Limits().shutdown_seconds
    flooding.join()


def test_at_shutdown_streams_say_their_last_words(start_server, model, speech):
    server = start_server(batch=1)
    with connect(f"{server.ws}/v1/stream") as socket:
        socket.send('{"type": "start", "format": "pcm_f32le"}')
        for block in in_blocks(speech.astype("<f4").tobytes()):
            socket.send(block)
        told = ""
        while len(told.split()) < 5:
            event = json.loads(socket.recv())
            told = event.get("text", "")
        server.begin_to_stop()
        events = read_events(socket)
        assert events[-1]["type"] == "end"
        assert socket.close_code == 1001
        assert heard_at_once(model, speech).text.startswith(events[-1]["text"][:20])


def _get(url):
    import httpx2

    return httpx2.get(url).text


def _wait_until(true, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()
