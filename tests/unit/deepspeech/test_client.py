"""The old command, `python -m auricle.deepspeech`."""

import json
import re
import shutil
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from auricle.deepspeech import client, version
from hearing import streamed_at_once
from making_audio import encode


@pytest.fixture(scope="session")
def recording(tmp_path_factory, speech):
    path = tmp_path_factory.mktemp("audio") / "speech.wav"
    path.write_bytes(encode(speech[:, None].astype(np.float32) / 32768, 16_000, "wav16"))
    return str(path)


@pytest.fixture
def run(recording, capsys):
    def run(*arguments: str) -> tuple[str, str]:
        basis = ["--model", "en", "--scorer", "en", "--audio", recording]
        assert client.main([*basis, *arguments]) == 0
        captured = capsys.readouterr()
        return captured.out, captured.err

    return run


def test_the_text_goes_to_standard_output_and_the_rest_to_standard_error(run, ds, speech):
    out, err = run()
    assert out == ds.stt(speech) + "\n"
    lines = err.splitlines()
    assert lines[0] == "Loading model from file en"
    assert lines[1].startswith("Loaded model in ")
    assert lines[2] == "Loading scorer from files en"
    assert lines[4] == "Running inference."
    assert lines[5].startswith("Inference took ")
    assert lines[5].endswith(f"s for {len(speech) / 16_000:.3f}s audio file.")


def test_extended_gives_the_same_text(run, ds, speech):
    assert run("--extended")[0] == ds.stt(speech) + "\n"


def test_json_holds_three_readings_with_the_times_of_words(run, ds, speech):
    transcripts = json.loads(run("--json")[0])["transcripts"]
    assert len(transcripts) == 3
    for transcript in transcripts:
        assert list(transcript) == ["confidence", "words"]
        for word in transcript["words"]:
            assert list(word) == ["word", "start_time", "duration"]
            assert word["duration"] > 0
    words = [word["word"] for word in transcripts[0]["words"]]
    assert " ".join(words) == ds.stt(speech)


def test_json_holds_as_many_readings_as_wanted(run):
    out, _ = run("--json", "--candidate_transcripts", "2")
    assert len(json.loads(out)["transcripts"]) == 2


def test_settings_reach_the_model(run, own_ds, speech):
    own_ds.setBeamWidth(4)
    own_ds.enableExternalScorer("en")
    own_ds.setScorerAlphaBeta(0.25, -1.0)
    own_ds.addHotWord("voice", -20.0)
    own_ds.addHotWord("hours", 2.5)
    settings = ("--beam_width", "4", "--lm_alpha", "0.25", "--lm_beta", "-1.0")
    out, err = run(*settings, "--hot_words", "voice:-20,hours:2.5")
    assert out == own_ds.stt(speech) + "\n"
    assert "Adding hot-words" in err


def test_stream_prints_the_text_whenever_it_changes(run, ds, speech):
    *partial, last = run("--stream", "16000")[0].splitlines()
    assert last == streamed_at_once(ds, speech)
    assert len(partial) > 1
    assert all(one != next_one for one, next_one in pairwise(partial))


def test_extended_stream_prints_the_same(run):
    assert run("--extended_stream", "16000")[0] == run("--stream", "16000")[0]


def test_t_prints_the_processor_time(run, ds, speech):
    text, seconds = run("-t")[0].splitlines()
    assert text == ds.stt(speech)
    assert re.fullmatch(r"cpu_time_overall=\d+\.\d{5}", seconds)


def test_a_folder_is_one_recording_after_the_other(recording, tmp_path, capsys, speech):
    for name in ("b.wav", "a.wav", "note.txt"):
        shutil.copyfile(recording, tmp_path / name)
    assert client.main(["--model", "en", "--audio", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Running on directory {tmp_path}"
    assert lines[1::2] == [f"> {tmp_path / 'a.wav'}", f"> {tmp_path / 'b.wav'}"]
    assert lines[2] == lines[4] != ""


def test_stream_and_json_give_one_document(run):
    assert json.loads(run("--stream", "--json")[0])["transcripts"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hot_words", "friend"], "'friend' is not WORD:BOOST"),
        (["--hot_words", "friend:much"], "'friend:much' is not WORD:BOOST"),
        (["--stream", "100"], "'100' is no multiple of 160"),
        (["--stream", "-160"], "'-160' is no multiple of 160"),
    ],
)
def test_a_wrong_option_says_what_is_right(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        client.main(["--model", "en", "--audio", "x.wav", *arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "audio", "message"),
    [
        ("deepspeech-0.9.3-models.pbmm", "x.wav", "(0x2003)"),
        ("en", "no-such.wav", "no-such.wav: there is no such file"),
    ],
)
def test_a_failure_is_one_line_and_an_exit_status(model, audio, message, capsys):
    assert client.main(["--model", model, "--audio", audio]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err.splitlines()[-1]


def test_the_module_runs_and_tells_its_version():
    command = [sys.executable, "-m", "auricle.deepspeech", "--version"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == f"DeepSpeech  {version()}\n"
    assert result.stderr == ""
