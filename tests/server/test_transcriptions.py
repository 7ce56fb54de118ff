"""The OpenAI API, through OpenAI's own client."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time

import httpx2 as httpx
import numpy as np
import openai
import pysubs2
import pytest

from auricle import AudioError
from auricle.server import Limits, transcriptions
from auricle.server.files import transcribe_pipe
from auricle.server.metrics import Metrics
from auricle.server.pipes import BytePipe
from auricle.transcript import Segment, Transcript, Word
from auricle.writers import open_writer
from making_audio import encode


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=f"{server.http}/v1", api_key="none", max_retries=0) as client:
        yield client


def transcribe(client, path, **options):
    with path.open("rb") as file:
        return client.audio.transcriptions.create(file=file, model="en", **options)


def test_json_is_the_text(client, speech_path, expected):
    assert transcribe(client, speech_path).text == expected.text


def test_text_is_the_text(client, speech_path, expected):
    assert transcribe(client, speech_path, response_format="text").strip() == expected.text


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_hold_every_word(client, speech_path, expected, form):
    text = transcribe(client, speech_path, response_format=form)
    read = pysubs2.SSAFile.from_string(text, format_=form)
    assert " ".join(event.plaintext for event in read).split() == expected.text.split()


def test_verbose_json_has_words_and_segments(client, speech_path, expected):
    verbose = transcribe(
        client,
        speech_path,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert [(w.word, w.start) for w in verbose.words] == [
        (w.text, round(w.start, 3)) for w in expected.words
    ]
    assert [s.text for s in verbose.segments] == [s.text for s in expected.segments]
    assert float(verbose.duration) == pytest.approx(expected.duration)


def test_segments_stream_as_they_end(client, speech_path, expected):
    events = list(transcribe(client, speech_path, stream=True))
    assert [event.type for event in events][-1] == "transcript.text.done"
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == expected.text


def test_streamed_segments_can_have_their_words(client, speech_path, expected):
    events = list(transcribe(client, speech_path, stream=True, response_format="verbose_json"))
    told = [Segment.from_words(_words(event.segment)) for event in events[:-1]]
    assert [(s.text, s.start) for s in told] == [(s.text, s.start) for s in expected.segments]
    assert events[-1].duration == pytest.approx(expected.duration)


def _words(segment):
    return [Word(w["text"], w["start"], w["end"], w["confidence"]) for w in segment["words"]]


def test_a_streamed_answer_holds_its_place_until_the_file_is_heard(
    start_server, speech_path, expected, monkeypatch
):
    heard = threading.Event()

    def wait(*arguments):
        assert heard.wait(20)
        return expected

    monkeypatch.setattr(transcriptions, "transcribe_pipe", wait)
    server = start_server(limits=Limits(files=1))
    url, places = f"{server.http}/v1/audio/transcriptions", server.service.transcriptions._slots
    files = {"file": speech_path.read_bytes()}
    with httpx.stream("POST", url, files=files, data={"stream": "true"}) as answer:
        assert answer.status_code == 200
        assert places.locked()
        heard.set()
        answer.read()
    assert _wait_until(lambda: not places.locked())


@pytest.mark.parametrize("stream", ["true", "false"])
def test_work_for_a_client_that_has_left_stops(start_server, speech_path, monkeypatch, stream):
    left = []

    def hear(model, pipe, *rest):
        left.append(_wait_until(lambda: pipe.abandoned))
        raise AudioError("the upload was abandoned")

    monkeypatch.setattr(transcriptions, "transcribe_pipe", hear)
    server = start_server()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{server.http}/v1/audio/transcriptions",
            files={"file": speech_path.read_bytes()},
            data={"stream": stream},
            timeout=0.5,
        )
    assert _wait_until(lambda: left == [True])


@pytest.mark.parametrize("form", ["mp3", "m4a"])
def test_a_recording_that_nobody_waits_for_is_not_heard_to_its_end(model, speech, form):
    sentences = np.tile(np.concatenate([speech, np.zeros_like(speech)]), 3)
    recording, told = encode(sentences[:, None], 16_000, form), []

    async def run():
        pipe = BytePipe(1 << 24)
        pipe.put(recording)
        pipe.end()

        def leave(segment):
            told.append(segment)
            pipe.abandon()

        await asyncio.to_thread(transcribe_pipe, model, pipe, {}, Limits(), Metrics(), leave)

    with pytest.raises(AudioError):
        asyncio.run(run())
    assert len(told) == 1


def _wait_until(true, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def test_the_models_are_listed(client):
    assert [model.id for model in client.models.list()] == ["en"]
    assert client.models.retrieve("en").id == "en"


def test_what_openai_clients_call_the_default_is_the_default(client, speech_path, expected):
    with speech_path.open("rb") as file:
        heard = client.audio.transcriptions.create(file=file, model="whisper-1")
    assert heard.text == expected.text


@pytest.mark.parametrize("form", ["wav16", "mp3", "ogg", "webm", "m4a"])
def test_any_format_is_heard(client, speech, form):
    recording = io.BytesIO(encode(speech[:, None], 16_000, form))
    recording.name = f"talk.{form}"
    heard = client.audio.transcriptions.create(file=recording, model="en")
    assert len(heard.text.split()) > 5


def test_fields_may_come_after_the_file(server, speech_path, expected):
    boundary = "limit"
    parts = [
        b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
        speech_path.read_bytes(),
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="response_format"\r\n\r\ntext'
        f"\r\n--{boundary}--\r\n".encode(),
    ]
    answer = httpx.post(
        f"{server.http}/v1/audio/transcriptions",
        content=b"".join(parts),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.text.strip() == expected.text


def test_hot_words_are_taken_as_json(client, speech_path, model, speech):
    heard = transcribe(
        client, speech_path, extra_body={"hot_words": '{"zebra": 9}', "beam_width": 8}
    )
    expected = model.transcribe(speech, sample_rate=16_000, hot_words={"zebra": 9}, beam_width=8)
    assert heard.text == expected.text


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"response_format": "docx"}, "invalid_request"),
        ({"extra_body": {"hot_words": "zebra"}}, "invalid_request"),
        ({"extra_body": {"beam_width": "0"}}, "invalid_request"),
        ({"timestamp_granularities": ["page"]}, "invalid_request"),
    ],
)
def test_a_wrong_field_is_named(client, speech_path, options, code):
    with pytest.raises(openai.BadRequestError) as caught:
        transcribe(client, speech_path, **options)
    assert caught.value.code == code
    assert caught.value.param is not None


def test_half_a_character_is_no_hot_word(client, speech_path):
    with pytest.raises(openai.BadRequestError, match="half a character"):
        transcribe(client, speech_path, extra_body={"hot_words": '{"\\ud800": 9}'})


def test_an_unknown_model_is_not_found(client, speech_path):
    with speech_path.open("rb") as file, pytest.raises(openai.NotFoundError, match="there are: en"):
        client.audio.transcriptions.create(file=file, model="gpt-9")


@pytest.mark.parametrize(
    "content", [b"", b"no audio at all", b"\0" * 5000, b"RIFF\xff\xff\xff\xff"]
)
def test_what_is_no_recording_is_a_bad_request(client, content):
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(file=("a.wav", content), model="en")
    assert caught.value.code == "invalid_audio"


def test_a_request_without_a_file_says_so(server):
    answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"model": (None, "en")})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")
    answer = httpx.post(f"{server.http}/v1/audio/transcriptions", json={})
    assert answer.status_code == 400


def test_a_long_file_is_never_whole_in_memory(start_server, speech):
    server = start_server(limits=Limits(held_bytes=50_000))
    recording = encode(speech, 16_000, "wav16")
    assert len(recording) > 3 * 50_000
    answer = httpx.post(
        f"{server.http}/v1/audio/transcriptions", data={"model": "en"}, files={"file": recording}
    )
    assert answer.status_code == 200
    mp4 = httpx.post(
        f"{server.http}/v1/audio/transcriptions",
        files={"file": encode(speech[:, None], 16_000, "m4a") + bytes(60_000)},
    )
    assert (mp4.status_code, mp4.json()["error"]["code"]) == (413, "too_large")


def test_the_api_is_described(server):
    description = httpx.get(f"{server.http}/openapi.json").json()
    assert "/v1/audio/transcriptions" in description["paths"]
    assert json.loads(httpx.get(f"{server.http}/v1/stream/schema").text)["title"] == "WS /v1/stream"


@pytest.mark.parametrize("form", ["txt", "json", "srt", "vtt", "tsv"])
def test_a_transcript_is_laid_out_as_on_the_command_line(server, expected, form):
    answer = httpx.post(f"{server.http}/v1/transcripts/{form}", json=expected.to_dict())
    assert answer.text == open_writer(form).write(Transcript.from_dict(expected.to_dict()))


@pytest.mark.parametrize(
    ("form", "body"),
    [("doc", "{}"), ("srt", "no"), ("srt", "[]"), ("srt", '{"segments": 1, "duration": 1e999}')],
)
def test_what_is_no_transcript_is_a_bad_request(server, form, body):
    answer = httpx.post(f"{server.http}/v1/transcripts/{form}", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
