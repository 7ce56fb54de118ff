"""A server that really runs: uvicorn on a port of this machine, in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")

from auricle.server import ServerOptions, create_app
from auricle.server.running import Address, Server

SPEECH = Path(__file__).parents[1] / "data" / "speech"


class RunningServer:
    """A server in a thread, stopped as SIGTERM does it."""

    def __init__(self, models, options: ServerOptions, wyoming=None, tls=(None, None)):
        self.app = create_app(options, models)
        address = Address(port=0, wyoming=wyoming, tls_certificate=tls[0], tls_key=tls[1])
        self._server = Server(self.app, address, log_level="warning")
        self._server.install_signal_handlers = lambda: None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        deadline = time.monotonic() + 30
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self._server.started
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        secure = "s" if tls[0] else ""
        self.http = f"http{secure}://127.0.0.1:{self.port}"
        self.ws = f"ws{secure}://127.0.0.1:{self.port}"

    @property
    def wyoming_port(self):
        while self._server.wyoming_port is None:
            time.sleep(0.01)
        return self._server.wyoming_port

    @property
    def service(self):
        return self.app.state.service

    def begin_to_stop(self):
        self._server.should_exit = True

    def stop(self):
        self.begin_to_stop()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _run(self):
        asyncio.run(self._server.serve())


@pytest.fixture
def start_server(model):
    with contextlib.ExitStack() as stack:

        def start(wyoming=None, tls=(None, None), models=None, **options):
            models = models or {"en": model}
            server = RunningServer(models, ServerOptions(**options), wyoming, tls)
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="session")
def server(model):
    running = RunningServer({"en": model}, ServerOptions(batch=1), ("127.0.0.1", 0))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def speech_path():
    return sorted(SPEECH.glob("*.flac"))[0]


@pytest.fixture(scope="session")
def speech(clips):
    return next(iter(clips.values()))


@pytest.fixture(scope="session")
def expected(model, speech):
    return model.transcribe(speech, sample_rate=16_000)
