"""Clients that a server must survive; each does its worst once (benchmarks/soak.py).

An offence takes where the server is, a random generator and some speech (16-bit samples of 16 kHz),
and returns what the server did wrong, or an empty text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx2 as httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

HUGE = 2_000_000  # bytes, above the server's limit for one message
ERRORS = {"invalid_request", "invalid_audio", "unknown_model", "idle", "too_large", "busy"}


@dataclass(frozen=True)
class Target:
    """A server of 127.0.0.1."""

    port: int
    wyoming_port: int

    @property
    def http(self) -> str:
        """Where its HTTP API is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """Where its WebSockets are."""
        return f"ws://127.0.0.1:{self.port}"


Offence = Callable[[Target, np.random.Generator, bytes], Awaitable[str]]
Random = np.random.Generator


async def _until_closed(socket: ClientConnection) -> str:
    """Read to the close; return what must not be said."""
    told = ""
    try:
        while True:
            event = json.loads(await socket.recv())
            if event.get("type") == "error" and event["code"] not in ERRORS:
                told = f"error event {event}"
    except ConnectionClosed:
        code = socket.close_code
        return told or (f"close code {code}" if code == 1011 else "")


async def stall(target: Target, random: Random, speech: bytes) -> str:
    """Speak a little, then say nothing more."""
    async with connect(f"{target.ws}/v1/stream", open_timeout=60) as socket:
        await socket.send('{"type": "start"}')
        await socket.send(speech[: 2 * int(random.integers(0, len(speech) // 2))])
        return await _until_closed(socket)


async def never_start(target: Target, random: Random, speech: bytes) -> str:
    """Connect and say nothing at all."""
    async with connect(f"{target.ws}/v1/stream", open_timeout=60) as socket:
        return await _until_closed(socket)


async def never_read(target: Target, random: Random, speech: bytes) -> str:
    """Speak faster than real time and read no answer, then leave."""

    async def talk(socket: ClientConnection) -> None:
        while True:
            await socket.send(speech[:3200])
            await asyncio.sleep(0)  # for sending alone lets no other client have its turn

    async with connect(f"{target.ws}/v1/stream", open_timeout=60, max_queue=1) as socket:
        await socket.send('{"type": "start"}')
        try:
            await asyncio.wait_for(talk(socket), float(random.uniform(0.5, 4.0)))
        except (asyncio.TimeoutError, ConnectionClosed):
            socket.transport.abort()
    return ""


async def leave_in_mid_word(target: Target, random: Random, speech: bytes) -> str:
    """Break off without a goodbye."""
    path = random.choice(["/v1/stream", "/vosk"])
    async with connect(f"{target.ws}{path}", open_timeout=60) as socket:
        with contextlib.suppress(ConnectionClosed):  # the server is full
            if path == "/v1/stream":
                await socket.send('{"type": "start"}')
            await socket.send(speech[: 2 * int(random.integers(1, len(speech) // 2))])
            await asyncio.sleep(float(random.uniform(0.0, 0.3)))
        socket.transport.abort()
    return ""


async def send_garbage(target: Target, random: Random, speech: bytes) -> str:
    """Send noise for a container, or for messages."""
    form = str(random.choice(["webm", "ogg", "pcm_f32le", "pcm_s16le"]))
    async with connect(f"{target.ws}/v1/stream", open_timeout=60) as socket:
        try:
            await socket.send(json.dumps({"type": "start", "format": form}))
            for _ in range(int(random.integers(1, 30))):
                await socket.send(random.bytes(int(random.integers(1, 5000))))
            if random.random() < 0.5:
                await socket.send(random.bytes(40).decode("latin-1"))
            await socket.send('{"type": "finish"}')
        except ConnectionClosed:
            pass
        return await _until_closed(socket)


async def send_strange_json(target: Target, random: Random, speech: bytes) -> str:
    """Send JSON that no protocol knows, or values of wrong kinds."""
    values = [None, True, -1, 1e308, "x" * 5000, [], {}, [[[]]], {"a": {"b": 1}}, "\0\ud800"]
    names = ["type", "model", "sample_rate", "format", "hot_words", "beam_width", "config", "eof"]
    path = random.choice(["/v1/stream", "/vosk"])
    async with connect(f"{target.ws}{path}", open_timeout=60) as socket:
        message = {str(n): values[random.integers(len(values))] for n in random.choice(names, 3)}
        try:
            if random.random() < 0.5:
                message["type"] = "start"
            await socket.send(json.dumps(message))
        except ConnectionClosed:
            pass
        return await _until_closed(socket)


async def send_nothing(target: Target, random: Random, speech: bytes) -> str:
    """Send empty messages of both kinds."""
    async with connect(f"{target.ws}/v1/stream", open_timeout=60) as socket:
        await socket.send('{"type": "start"}')
        try:
            for _ in range(200):
                await socket.send(b"")
            await socket.send("")
        except ConnectionClosed:
            pass
        return await _until_closed(socket)


async def send_too_much(target: Target, random: Random, speech: bytes) -> str:
    """Send a message above the limit, of either kind."""
    path = random.choice(["/v1/stream", "/vosk"])
    async with connect(f"{target.ws}{path}", open_timeout=60) as socket:
        try:
            if path == "/v1/stream":
                await socket.send('{"type": "start"}')
            await socket.send(bytes(HUGE) if random.random() < 0.5 else "x" * HUGE)
        except ConnectionClosed:
            pass
        return await _until_closed(socket)


async def upload_garbage(target: Target, random: Random, speech: bytes) -> str:
    """Upload noise, broken forms and half files."""
    url = f"{target.http}/v1/audio/transcriptions"
    async with httpx.AsyncClient(timeout=50.0) as client:
        kind = int(random.integers(4))
        if kind == 0:
            answer = await client.post(url, files={"file": random.bytes(20_000)})
        elif kind == 1:
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            answer = await client.post(url, content=random.bytes(3_000), headers=headers)
        elif kind == 2:
            head = b"RIFF\xff\xff\xff\xffWAVEfmt " + random.bytes(4_000)
            answer = await client.post(url, files={"file": head}, data={"stream": "true"})
        else:
            answer = await client.post(f"{target.http}/v1/transcripts/srt", content=b"[" * 5_000)
    return f"status {answer.status_code}: {answer.text[:200]}" if answer.status_code >= 500 else ""


async def break_off_upload(target: Target, random: Random, speech: bytes) -> str:
    """Announce a large upload and leave in its middle."""
    _, writer = await asyncio.open_connection("127.0.0.1", target.port)
    writer.write(
        b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        + speech[:50_000]
    )
    await writer.drain()
    await asyncio.sleep(float(random.uniform(0.0, 1.0)))
    writer.transport.abort()
    return ""


async def confuse_wyoming(target: Target, random: Random, speech: bytes) -> str:
    """Say to the Wyoming port what it does not expect."""
    huge = {"type": "audio-chunk", "payload_length": 1 << 40}
    lines = [
        random.bytes(500) + b"\n",
        b"{}\n",
        b"[1]\n",
        b'{"type": "audio-stop"}\n',
        b'{"type": "audio-chunk", "data": {"rate": 0}, "payload_length": 3}\nabc',
        b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n',
        b"x" * 200_000,
        json.dumps(huge).encode() + b"\n" + speech,
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", target.wyoming_port)
    try:
        for number in random.integers(len(lines), size=3):
            writer.write(lines[number])
        await writer.drain()
        told = await reader.read()
    except ConnectionError:
        return ""
    finally:
        writer.close()
    return told.decode(errors="replace") if b'"internal"' in told else ""


OFFENCES: dict[str, Offence] = {
    offence.__name__: offence
    for offence in (
        stall,
        never_start,
        never_read,
        leave_in_mid_word,
        send_garbage,
        send_strange_json,
        send_nothing,
        send_too_much,
        upload_garbage,
        break_off_upload,
        confuse_wyoming,
    )
}
