"""Clients of the Vosk server and of Wyoming, unchanged."""

from __future__ import annotations

import asyncio
import json
import types

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info

from hearing import heard_at_once


@pytest.fixture(scope="session")
def pcm(speech):
    return (speech * 32767).astype("<i2").tobytes()


@pytest.fixture(scope="session")
def expected_pcm(model, pcm):
    import numpy as np

    return heard_at_once(model, np.frombuffer(pcm, "<i2"))


def vosk(url, pcm, config=None):
    """Do as the Vosk server's example client does: one answer is read for each message."""
    answers = []
    with connect(url) as socket:
        if config is not None:
            socket.send(json.dumps({"config": config}))
        for start in range(0, len(pcm), 8_000):
            socket.send(pcm[start : start + 8_000])
            answers.append(json.loads(socket.recv()))
        socket.send('{"eof" : 1}')
        answers.append(json.loads(socket.recv()))
        with pytest.raises(ConnectionClosed):
            socket.recv()
    return answers


def test_vosk_clients_read_partials_and_a_result(server, pcm, expected_pcm):
    answers = vosk(f"{server.ws}/vosk", pcm, {"sample_rate": 16_000})
    assert any(answer.get("partial") for answer in answers)
    results = [answer for answer in answers if "text" in answer]
    assert " ".join(answer["text"] for answer in results) == expected_pcm.text
    words = [word for answer in results for word in answer.get("result", [])]
    assert [(word["word"], word["start"]) for word in words] == [
        (word.text, pytest.approx(word.start)) for word in expected_pcm.words
    ]


def test_the_client_in_the_package_of_vosk_is_served(server, pcm, expected_pcm):
    """`vosk-transcriber --server`, but for ffmpeg, whose output it gets from here."""
    transcriber = pytest.importorskip("vosk.transcriber.transcriber")
    client = transcriber.Transcriber.__new__(transcriber.Transcriber)  # without a model of Vosk
    client.args = types.SimpleNamespace(server=f"{server.ws}/vosk", output_type="txt")

    async def run():
        reader = asyncio.StreamReader()
        reader.feed_data(pcm)
        reader.feed_eof()
        return await client.recognize_stream_server(types.SimpleNamespace(stdout=reader))

    results, read_bytes = asyncio.run(run())
    assert read_bytes == len(pcm)
    assert client.format_result(results).split() == expected_pcm.text.split()


def test_vosk_clients_may_leave_out_words_and_name_phrases(server, pcm):
    answers = vosk(f"{server.ws}/vosk", pcm, {"words": False, "phrase_list": ["zebra", "[unk]"]})
    assert "result" not in answers[-1]
    assert "text" in answers[-1]


@pytest.mark.parametrize("message", ["no json", "[]", '{"config": {"sample_rate": "fast"}}'])
def test_vosk_clients_that_err_are_closed_with_a_reason(server, message):
    with connect(f"{server.ws}/vosk") as socket:
        socket.send(message)
        with pytest.raises(ConnectionClosed, match="invalid_request"):
            socket.recv()


def test_wyoming_clients_learn_what_there_is(server):
    async def describe():
        async with AsyncTcpClient("127.0.0.1", server.wyoming_port) as client:
            await client.write_event(Describe().event())
            return Info.from_event(await client.read_event())

    (program,) = asyncio.run(describe()).asr
    assert program.supports_transcript_streaming
    assert [(model.name, model.languages) for model in program.models] == [("en", ["en"])]


def test_wyoming_clients_get_a_transcript(server, pcm, expected_pcm):
    async def transcribe():
        async with AsyncTcpClient("127.0.0.1", server.wyoming_port) as client:
            await client.write_event(Transcribe(language="en").event())
            await client.write_event(AudioStart(rate=16_000, width=2, channels=1).event())
            for start in range(0, len(pcm), 2_048):
                chunk = AudioChunk(16_000, 2, 1, pcm[start : start + 2_048])
                await client.write_event(chunk.event())
            await client.write_event(AudioStop().event())
            events = []
            while not events or events[-1].type != "transcript-stop":
                events.append(await client.read_event())
            return events

    events = asyncio.run(transcribe())
    assert events[0].type == "transcript-start"
    (transcript,) = [Transcript.from_event(e) for e in events if e.type == "transcript"]
    assert transcript.text == expected_pcm.text
    chunks = [event.data["text"] for event in events if event.type == "transcript-chunk"]
    assert "".join(chunks) == expected_pcm.text


def test_wyoming_clients_get_their_last_words_at_shutdown(start_server, pcm):
    server = start_server(wyoming=("127.0.0.1", 0))

    async def speak():
        async with AsyncTcpClient("127.0.0.1", server.wyoming_port) as client:
            await client.write_event(AudioStart(rate=16_000, width=2, channels=1).event())
            await client.write_event(AudioChunk(16_000, 2, 1, pcm).event())
            while not any(one.live.fed_seconds for one in server.service.sessions._open):
                await asyncio.sleep(0.01)
            server.begin_to_stop()
            while (event := await client.read_event()).type != "transcript":
                pass
            return Transcript.from_event(event).text

    assert len(asyncio.run(speak()).split()) > 5


START = b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n'


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b'{"type": "audio-stop"}\n', "invalid_request"),
        (b'{"type": "audio-chunk", "data": {}}\n', "invalid_request"),
        (b"[1]\n", "invalid_request"),
        (b"{}\n", "invalid_request"),
        (b'{"type": "transcribe", "data": {"transcript_terms": 7}}\n', "invalid_request"),
        (START + START.replace(b"start", b"chunk").replace(b"16000", b"0"), "invalid_request"),
        (START + START.replace(b"start", b"chunk").replace(b"2", b"7"), "invalid_request"),
        (b'{"type": "audio-chunk", "payload_length": 1000000000000}\n', "too_large"),
    ],
)
def test_wyoming_clients_that_err_are_told(server, sent, code):
    async def err():
        async with AsyncTcpClient("127.0.0.1", server.wyoming_port) as client:
            client._writer.write(sent)
            while (event := await client.read_event()).type != "error":
                pass
            return event

    assert asyncio.run(err()).data["code"] == code
