"""What whoever runs the server relies on: keys, origins, health, metrics, logs, no traces."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2 as httpx
import numpy as np
import pytest
from click.testing import CliRunner
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from auricle import OptionError
from auricle.cli import main
from auricle.package import find_package
from auricle.server import Limits
from auricle.server.access import read_keys
from auricle.server.models import load_models
from auricle.server.running import JsonLines
from documents import code, command
from making_audio import encode
from server.streaming import read_events, stream_events

CERTIFY = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
    "-addext subjectAltName=IP:127.0.0.1"
)


@pytest.fixture
def key(tmp_path):
    """A new key, and the file that lets it in."""
    shown = CliRunner().invoke(main, ["serve", "--new-key", "telephone exchange"]).stdout
    key, line = (row.rpartition(": ")[2] for row in shown.splitlines())
    path = tmp_path / "keys"
    path.write_text(f"# who may\n\n{line}\n")
    assert key not in path.read_text()
    return key, path


def test_without_a_key_nothing_is_heard(start_server, key):
    key, path = key
    server = start_server(keys_file=path)
    for url in ("/v1/models", "/metrics"):
        answer = httpx.get(server.http + url)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        answer = httpx.get(server.http + url, headers={"Authorization": "Bearer wrong"})
        assert answer.json()["error"]["code"] == "unauthorised" if url != "/metrics" else True
        assert httpx.get(server.http + url, headers={"Authorization": f"Bearer {key}"}).is_success
    answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": b"x"})
    assert answer.status_code == 401
    assert stream_events(server.ws, [])[-1]["code"] == "unauthorised"
    assert stream_events(server.ws, [], {"key": "wrong"})[-1]["code"] == "unauthorised"
    assert stream_events(server.ws, [], {"key": key})[-1]["type"] == "end"
    headers = {"Authorization": f"Bearer {key}"}
    assert stream_events(server.ws, [], headers=headers)[-1]["type"] == "end"
    with pytest.raises(InvalidStatus), connect(f"{server.ws}/vosk"):
        pass
    assert httpx.get(f"{server.http}/healthz").is_success


@pytest.mark.parametrize("content", ["", "# nobody\n", "secret\n", "sha256:12  a\n"])
def test_a_file_without_hashed_keys_is_refused(tmp_path, content):
    path = tmp_path / "keys"
    path.write_text(content)
    with pytest.raises(OptionError, match="--new-key"):
        read_keys(path)


def test_pages_elsewhere_may_use_the_server_only_if_named(start_server):
    server = start_server(allowed_origins=("https://good.example",))
    asked = {"Access-Control-Request-Method": "POST", "Origin": "https://good.example"}
    url = f"{server.http}/v1/audio/transcriptions"
    good = httpx.options(url, headers=asked)
    assert good.headers["Access-Control-Allow-Origin"] == "https://good.example"
    bad = httpx.options(url, headers={**asked, "Origin": "https://bad.example"})
    assert "Access-Control-Allow-Origin" not in bad.headers
    headers = {"Origin": "https://good.example"}
    assert stream_events(server.ws, [], headers=headers)[-1]["type"] == "end"
    with pytest.raises(InvalidStatus):
        stream_events(server.ws, [], headers={"Origin": "https://bad.example"})
    assert stream_events(server.ws, [], headers={"Origin": server.http})[-1]["type"] == "end"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_with_a_certificate_everything_is_encrypted(start_server, tmp_path, speech):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [*CERTIFY.split(), "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    server = start_server(tls=(certificate, key))
    trust = ssl.create_default_context(cafile=certificate)
    assert httpx.get(f"{server.http}/readyz", verify=trust).json() == {"status": "ready"}
    with connect(f"{server.ws}/v1/stream", ssl=trust) as socket:
        socket.send('{"type": "start"}')
        socket.send((speech * 32767).astype("<i2").tobytes())
        socket.send('{"type": "finish"}')
        assert read_events(socket)[-1]["type"] == "end"
    with pytest.raises(httpx.TransportError):
        httpx.get(server.http.replace("https", "http"))


def test_health_and_readiness_are_told(server):
    assert httpx.get(f"{server.http}/healthz").json() == {"status": "alive"}
    assert httpx.get(f"{server.http}/readyz").json() == {"status": "ready"}


def test_metrics_count_streams_and_files(start_server, speech_path, speech):
    server = start_server()
    stream_events(server.ws, [(speech * 32767).astype("<i2").tobytes()])
    with speech_path.open("rb") as file:
        httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": file})
    metrics = httpx.get(f"{server.http}/metrics").text
    assert 'auricle_streams_ended_total{outcome="finished"} 1.0' in metrics
    assert 'auricle_audio_seconds_total{kind="file"} 5.0' in metrics
    assert 'auricle_audio_seconds_total{kind="stream"} 5.0' in metrics
    assert (
        'auricle_http_requests_total{path="/v1/audio/transcriptions",status="200"} 1.0' in metrics
    )
    assert "auricle_event_latency_seconds_bucket" in metrics
    assert "auricle_file_real_time_factor_count 1.0" in metrics
    for kind in ("file", "stream"):
        (work,) = re.findall(f'auricle_work_seconds_total{{kind="{kind}"}} (.*)', metrics)
        assert 0.0 < float(work) < 5.0


def test_strange_addresses_have_one_count(start_server):
    """Whoever asks for ever new ones must not fill the memory."""
    server = start_server()
    for number in range(3):
        httpx.get(f"{server.http}/v1/audio/{number}")
        httpx.get(f"{server.http}/v1/audio/transcriptions{number}")
        httpx.get(f"{server.http}/v1/models/{number}")
    metrics = httpx.get(f"{server.http}/metrics").text
    assert 'auricle_http_requests_total{path="other",status="404"} 6.0' in metrics
    assert 'auricle_http_requests_total{path="/v1/models",status="404"} 3.0' in metrics


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/audio/transcriptions", "POST"),
        ("GET", "/v1/transcripts/srt", "POST"),
        ("POST", "/v1/models", "GET, HEAD"),
        ("DELETE", "/healthz", None),
        ("POST", "/", None),
        ("POST", "/auricle.js", None),
    ],
)
def test_a_wrong_method_is_told(server, method, path, allowed):
    answer = httpx.request(method, f"{server.http}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "invalid_request")
    if allowed is not None:
        assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed


@pytest.mark.parametrize("log_text", [False, True])
def test_logs_hold_words_only_if_asked_for(start_server, caplog, expected, speech, log_text):
    caplog.set_level(logging.INFO, "auricle.server")
    server = start_server(log_text=log_text)
    stream_events(server.ws, [(speech * 32767).astype("<i2").tobytes()])
    httpx.get(f"{server.http}/v1/models?key=secret")
    server.stop()
    lines = [JsonLines().format(record) for record in caplog.records]
    assert {"stream ended", "request"} <= {json.loads(line)["message"] for line in lines}
    assert any(expected.words[1].text in line for line in lines) == log_text
    assert not any("secret" in line for line in lines)


def test_what_clients_do_wrong_is_no_error_of_the_server(start_server, caplog):
    server = start_server()
    url = f"{server.http}/v1/audio/transcriptions"
    answer = httpx.post(url, files={"file": b"no recording " * 99})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_audio")
    stream_events(server.ws, [b"no recording " * 999], {"format": "webm"})
    server.stop()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_uploads_have_a_limit(start_server, speech_path):
    server = start_server(limits=Limits(upload_bytes=1_000, file_seconds=1.0))
    url = f"{server.http}/v1/audio/transcriptions"
    answer = httpx.post(url, files={"file": speech_path.read_bytes()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_uploads_that_stall_keep_others_waiting_for_a_while_only(start_server, speech_path):
    server = start_server(limits=Limits(files=1, waiting_files=1, idle_seconds=5.0))
    url = f"{server.http}/v1/audio/transcriptions"
    files = {"file": speech_path.read_bytes()}
    head = (
        b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    transcriptions, stalled = server.service.transcriptions, []
    with contextlib.ExitStack() as stack:
        # The first takes the only place, the second waits for it.
        for taken in (transcriptions._slots.locked, lambda: transcriptions._waiting):
            connection = socket.create_connection(("127.0.0.1", server.port), 30)
            stalled.append(stack.enter_context(connection))
            connection.sendall(head)
            deadline = time.monotonic() + 4.0
            while not taken() and time.monotonic() < deadline:
                time.sleep(0.01)
        answer = httpx.post(url, files=files, timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "busy")
        assert answer.headers["Retry-After"] == "5"
        stalled[1].close()
        assert stalled[0].recv(1000).startswith(b"HTTP/1.1 408")
    assert httpx.post(url, files=files).status_code == 200


def test_recordings_have_a_limit(start_server, speech_path):
    server = start_server(limits=Limits(file_seconds=1.0))
    url = f"{server.http}/v1/audio/transcriptions"
    answer = httpx.post(url, files={"file": speech_path.read_bytes()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_long")


def test_a_stopping_server_takes_nothing_new(start_server):
    server = start_server()
    with connect(f"{server.ws}/v1/stream") as socket:
        socket.send('{"type": "start"}')
        socket.recv()
        server.service.ready, server.service.sessions.stopping = False, True
        assert httpx.get(f"{server.http}/readyz").status_code == 503
        answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": b"x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "shutting_down")
        assert stream_events(server.ws, [])[-1]["code"] == "shutting_down"
        socket.send('{"type": "finish"}')
        assert read_events(socket)[-1]["type"] == "end"


def test_nothing_is_written_to_disk(server, speech):
    written, watching = [], True

    def note(event, arguments):
        if watching and event == "open":
            path, _, flags = arguments
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and path != os.devnull:
                written.append(path)

    sys.addaudithook(note)  # hooks stay for good
    try:
        with tempfile.TemporaryFile():
            assert written  # so a temporary file is noticed
        written.clear()
        recording = encode(np.tile(speech, 15), 16_000, "wav16")
        assert len(recording) > 2 << 20  # more than what frameworks keep in memory
        answer = httpx.post(
            f"{server.http}/v1/audio/transcriptions", files={"file": recording}, timeout=60
        )
        assert answer.json()["text"]
        assert stream_events(server.ws, [(speech * 32767).astype("<i2").tobytes()])
    finally:
        watching = False
    assert written == []


def test_models_are_called_by_their_folder_or_file(tmp_path):
    package = find_package("en").resolve()
    (tmp_path / "mine").symlink_to(package)
    models = load_models(["en", f"{tmp_path}/mine/"])
    assert list(models) == ["en", "mine"]
    with pytest.raises(OptionError, match="a model 'en' already"):
        load_models(["en", str(package)])


def test_the_command_names_what_is_wrong():
    for arguments in (["--wyoming", "here"], ["--port", "70000"]):
        assert CliRunner().invoke(main, ["serve", *arguments]).exit_code == 2
    done = CliRunner().invoke(main, ["serve", "--max-streams", "0"])
    assert (done.exit_code, "must be above 0" in done.stderr) == (2, True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_without_its_key_is_refused(tmp_path):
    files = [tmp_path / name for name in ("key", "certificate", "other-key", "other-certificate")]
    for key, certificate in (files[:2], files[2:]):
        command = [*CERTIFY.split(), "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
    for arguments in (
        ("--tls-certificate", files[1]),
        ("--tls-certificate", files[1], "--tls-key", files[2]),
        ("--tls-certificate", tmp_path / "missing", "--tls-key", files[0]),
        ("--tls-key", files[0]),
    ):
        done = CliRunner().invoke(main, ["serve", *map(str, arguments)])
        assert (done.exit_code, "--tls-" in done.stderr) == (2, True)


@pytest.mark.parametrize("option", ["--port", "--wyoming"])
def test_an_address_that_is_taken_is_named(option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        value = str(port) if option == "--port" else f"127.0.0.1:{port}"
        command = "from auricle.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", command, "serve", "--port", "0", option, value],
            capture_output=True,
            text=True,
            timeout=120,
        )
    told = f"auricle: 127.0.0.1:{port}: Address already in use; choose another address"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, told)
    assert "serving" not in done.stderr


def test_the_readme_s_command_serves_the_guide_s_client(monkeypatch, speech_path, expected, capsys):
    (client,) = code("docs/server.md", "python")
    line = command("README.md", "auricle serve")
    monkeypatch.chdir(speech_path.parent)
    program, *arguments = line.split()
    server = subprocess.Popen(
        [Path(sys.executable).with_name(program), *arguments, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    with server:
        try:
            announced = next(line for line in server.stderr if "serving" in line)
            address = announced.split()[-1]
            assert "<title>" in httpx.get(address).text
            client = client.replace("http://127.0.0.1:8000", address)
            exec(client.replace("talk.mp3", speech_path.name), {})
        finally:
            server.terminate()
    assert capsys.readouterr().out == expected.text + "\n"
