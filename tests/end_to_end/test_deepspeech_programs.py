"""Programs for DeepSpeech 0.9.3, by their sequences of calls.

They are those of its documentation and of its repository of examples, down to the old name of the
module and the names that files had: the package is found by its content.
"""

from __future__ import annotations

import json
import queue
import re
import shutil
import subprocess
import sys
import wave
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest

import auricle
import auricle.deepspeech
from auricle.package import find_package, pack
from documents import ROOT, code
from hearing import streamed_at_once
from making_audio import encode


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    """The English package under the name of an old model."""
    path = tmp_path_factory.mktemp("models") / "deepspeech-0.9.3-models.pbmm"
    pack(find_package("en"), path)
    return str(path)


@pytest.fixture(scope="module")
def scorer_path(tmp_path_factory):
    """Its scorer under the name of an old scorer."""
    path = tmp_path_factory.mktemp("scorers") / "deepspeech-0.9.3-models.scorer"
    shutil.copyfile(find_package("en") / "scorer.lm", path)
    return str(path)


@pytest.fixture(scope="module")
def wav_path(tmp_path_factory, clips):
    samples = next(iter(clips.values()))
    path = tmp_path_factory.mktemp("audio") / "audio.wav"
    path.write_bytes(encode(samples[:, None], 16_000, "wav16"))
    return str(path)


@pytest.fixture
def deepspeech(monkeypatch):
    """The package under its old name, as a program finds it that says `import deepspeech`."""
    monkeypatch.setitem(sys.modules, "deepspeech", auricle.deepspeech)
    import deepspeech

    return deepspeech


@pytest.fixture
def ds(deepspeech, model_path, scorer_path):
    model = deepspeech.Model(model_path)
    model.enableExternalScorer(scorer_path)
    return model


def read_wav(path: str) -> np.ndarray:
    with wave.open(path, "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def words_from_tokens(tokens) -> list[dict]:
    """Put words together as programs had to, from characters and spaces."""
    words, word, start = [], "", 0.0
    for place, token in enumerate(tokens):
        if token.text != " ":
            start = start if word else token.start_time
            word += token.text
        if token.text == " " or place == len(tokens) - 1:
            duration = max(token.start_time - start, 0)
            words.append({"word": word, "start_time": start, "duration": duration})
            word = ""
    return words


def test_the_documented_inference(deepspeech, model_path, scorer_path, wav_path):
    ds = deepspeech.Model(model_path)
    ds.setBeamWidth(100)
    with wave.open(wav_path, "rb") as file:
        assert ds.sampleRate() == file.getframerate()
    ds.enableExternalScorer(scorer_path)
    ds.setScorerAlphaBeta(0.5, 0.5)
    ds.addHotWord("friend", 1.5)
    ds.addHotWord("enemy", -20.4)
    audio = read_wav(wav_path)
    text = ds.stt(audio)
    extended = ds.sttWithMetadata(audio, 1).transcripts[0]
    assert text == "".join(token.text for token in extended.tokens) != ""
    candidates = ds.sttWithMetadata(audio, 3).transcripts
    assert 1 < len(candidates) <= 3


def test_words_put_together_from_characters_are_the_engines(ds, model_path, wav_path):
    audio = read_wav(wav_path)
    words = words_from_tokens(ds.sttWithMetadata(audio).transcripts[0].tokens)
    expected = auricle.load(model_path).transcribe(audio, sample_rate=16_000).words
    assert [word["word"] for word in words] == [word.text for word in expected]
    for word, known in zip(words, expected, strict=True):
        assert word["start_time"] == pytest.approx(known.start, abs=0.02)
    for word, known in zip(words[:-1], expected[:-1], strict=True):  # no space follows the last
        assert word["duration"] == pytest.approx(known.end - known.start, abs=0.03)


def test_the_documented_hot_words(ds, wav_path):
    audio = read_wav(wav_path)
    plain = ds.stt(audio)
    word = plain.split()[1]
    ds.addHotWord(word, -50.0)
    assert word not in ds.stt(audio).split()
    with pytest.raises(RuntimeError):
        ds.addHotWord(word, 7.5)
    ds.eraseHotWord(word)
    with pytest.raises(RuntimeError):
        ds.eraseHotWord(word)
    assert ds.stt(audio) == plain


def test_trying_out_boosts_of_hot_words(ds, wav_path):
    audio, hot_words = read_wav(wav_path), ("hot", "cold")
    for boosts in product(np.linspace(-10.0, 10.0, 2).tolist(), repeat=2):
        ds.clearHotWords()
        for word, boost in zip(hot_words, boosts, strict=True):
            ds.addHotWord(word, boost)
        assert isinstance(ds.stt(audio), str)


def test_a_microphone_cut_by_voice_activity(ds, wav_path):
    frames: queue.Queue[bytes | None] = queue.Queue()
    data = read_wav(wav_path).tobytes()
    for _ in range(2):
        for start in range(0, len(data), 640):
            frames.put(data[start : start + 640])
        frames.put(None)
    texts = []
    stream_context = ds.createStream()
    while not frames.empty():
        frame = frames.get()
        if frame is not None:
            stream_context.feedAudioContent(np.frombuffer(frame, np.int16))
        else:
            texts.append(stream_context.finishStream())
            stream_context = ds.createStream()
    stream_context.freeStream()
    assert texts == [streamed_at_once(ds, read_wav(wav_path))] * 2


def test_intermediate_results_until_the_end(ds, wav_path):
    audio, shown = read_wav(wav_path), []
    stream = ds.createStream()
    for start in range(0, len(audio), 4000):
        stream.feedAudioContent(audio[start : start + 4000])
        shown.append(stream.intermediateDecode())
        metadata = stream.intermediateDecodeWithMetadata()
        assert "".join(t.text for t in metadata.transcripts[0].tokens) == shown[-1]
    final = stream.finishStreamWithMetadata(num_results=2)
    assert len(shown[-1]) > len(shown[0])
    text = "".join(t.text for t in final.transcripts[0].tokens)
    assert text == streamed_at_once(ds, audio)


def test_an_engine_shared_by_the_threads_of_a_server(ds, clips):
    recordings = [(samples * 32767).astype(np.int16) for samples in clips.values()][:4]
    expected = [ds.stt(audio_buffer=audio) for audio in recordings]
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(ds.stt, recordings)) == expected


def test_the_old_command_line(model_path, scorer_path, wav_path, ds):
    files = ["--model", model_path, "--scorer", scorer_path, "--audio", wav_path]
    command = [sys.executable, "-m", "auricle.deepspeech", *files]
    text = ds.stt(read_wav(wav_path))
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == text + "\n"
    assert f"Loading model from file {model_path}" in result.stderr
    result = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    words = json.loads(result.stdout)["transcripts"][0]["words"]
    assert " ".join(word["word"] for word in words) == text


def test_the_guide_maps_all_of_the_old_c_functions_to_ones_that_exist():
    header = (ROOT / "capi" / "auricle.h").read_text(encoding="utf-8")
    guide = (ROOT / "docs/from-deepspeech.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.startswith("| `DS_")]
    old = {name for row in rows for name in re.findall(r"`(DS_\w+)`", row)}
    new = {name for row in rows for name in re.findall(r"`(auricle_\w+)`", row)}
    assert len(old) == 24
    assert all(f"{name}(" in header for name in new)


@pytest.mark.parametrize("example", code("docs/from-deepspeech.md", "python"))
def test_the_examples_of_the_guide_run(example, tmp_path, monkeypatch, wav_path):
    shutil.copyfile(wav_path, tmp_path / "audio.wav")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "deepspeech", None)
    exec(compile(example, "from-deepspeech.md", "exec"), {"audio": read_wav(wav_path)})
