"""The web page in a real Chromium, driven by playwright-core; skipped where either is missing.

apt-get install chromium && npm install --prefix build/node playwright-core
"""

from __future__ import annotations

import difflib
import json
import shutil
import subprocess
from pathlib import Path

import httpx2 as httpx
import pysubs2
import pytest
import soundfile

from making_audio import encode

NODE_MODULES = Path(__file__).parents[2] / "build" / "node" / "node_modules"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
in_chromium = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and (NODE_MODULES / "playwright-core").is_dir()),
    reason="needs chromium, node and playwright-core",
)


def drive(server, task, argument):
    done = subprocess.run(
        [
            "node",
            Path(__file__).with_name("page.mjs"),
            NODE_MODULES,
            CHROMIUM,
            server.http,
            task,
            argument,
        ],
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["errors"] == []
    assert all(url.startswith((server.http, "blob:", "data:")) for url in seen["requests"])
    return seen


def alike(one, other):
    return difflib.SequenceMatcher(None, one, other).ratio()


@in_chromium
def test_what_the_microphone_hears_is_on_the_page(server, speech, expected, tmp_path):
    soundfile.write(tmp_path / "speech.wav", speech, 16_000)
    seen = drive(server, "microphone", tmp_path / "speech.wav")
    assert seen["partial"]
    # Chromium resamples what it plays, and the page hears the silence before it.
    assert alike(" ".join(seen["text"]), expected.text) > 0.5


@in_chromium
def test_a_file_gives_text_sound_and_downloads(server, model, speech, tmp_path):
    recording = tmp_path / "talk.mp3"
    recording.write_bytes(encode(speech[:, None], 16_000, "mp3"))
    expected = model.transcribe(recording)
    seen = drive(server, "file", recording)
    assert seen["text"] == [segment.text for segment in expected.segments]
    assert seen["played"] >= expected.words[3].start
    assert seen["title"].startswith(f"{expected.words[3].start:.2f} s")
    assert seen["downloads"]["txt"] == "".join(f"{line}\n" for line in seen["text"])
    subtitles = pysubs2.SSAFile.from_string(seen["downloads"]["srt"], format_="srt")
    assert " ".join(line.plaintext for line in subtitles).split() == expected.text.split()
    assert seen["downloads"]["vtt"].startswith("WEBVTT\n")
    assert json.loads(seen["downloads"]["json"])["text"] == expected.text


@in_chromium
def test_a_dropped_recording_is_transcribed(server, model, speech, tmp_path):
    recording = tmp_path / "talk.mp3"
    recording.write_bytes(encode(speech[:, None], 16_000, "mp3"))
    seen = drive(server, "drop", recording)
    assert " ".join(seen["text"]) == model.transcribe(recording).text


@in_chromium
def test_the_page_works_with_the_keyboard_and_names_its_parts(server):
    seen = drive(server, "keyboard", "-")
    assert seen["stops"][:3] == ["record", "file", "clear"]
    for part in ('button "Record"', 'heading "Text"', 'log "Text"', 'button "srt" [disabled]'):
        assert part in seen["tree"]


@in_chromium
def test_captions_are_large_and_in_the_colours_that_were_chosen(server, speech, expected, tmp_path):
    soundfile.write(tmp_path / "speech.wav", speech, 16_000)
    seen = drive(server, "captions", tmp_path / "speech.wav")
    assert [float(size[:-2]) for size in seen["sizes"]] == pytest.approx([64.0, 76.8])
    assert seen["colour"] == "rgb(255, 230, 0)"
    assert alike(" ".join(seen["text"]), expected.text) > 0.5


def test_the_page_loads_nothing_from_elsewhere(server):
    policy = httpx.get(server.http).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy
    for name in ("auricle.js", "auricle.css", "forms.js", "live.js", "recorder.js", "captions.js"):
        text = httpx.get(f"{server.http}/{name}").raise_for_status().text
        assert "http:" not in text.replace('"http:"', "")
        assert "//cdn" not in text
