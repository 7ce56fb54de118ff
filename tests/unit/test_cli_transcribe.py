from __future__ import annotations

import json
import shutil

import pysubs2
import pytest

from auricle.errors import ModelError
from making_audio import encode, tone


def test_the_text_goes_to_standard_output(run, model, talk):
    done = run("transcribe", talk)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "tone tone\n", "")
    assert model.loaded == [("en", {"scorer": None, "threads": 1})]


@pytest.mark.parametrize("name", ["txt", "json", "srt", "vtt", "tsv"])
def test_every_format_can_be_had_of_a_file_and_in_a_folder(run, model, talk, tmp_path, name):
    assert run("transcribe", talk, "-f", name, "-o", tmp_path / "out.x").exit_code == 0
    assert run("transcribe", talk, "-f", name, "-o", f"{tmp_path}/out/").exit_code == 0
    shown = run("transcribe", talk, "-f", name).stdout
    assert (tmp_path / "out.x").read_text() == (tmp_path / "out" / f"talk.{name}").read_text()
    assert (tmp_path / "out.x").read_text() == shown
    assert "tone" in shown


def test_the_ending_of_the_output_is_its_format(run, model, talk, tmp_path):
    assert run("transcribe", talk, "-o", tmp_path / "talk.srt").exit_code == 0
    assert pysubs2.load(str(tmp_path / "talk.srt"))[0].text == "tone tone"


def test_standard_input_is_a_recording(run, model, talk):
    done = run("transcribe", "-", stdin=talk.read_bytes())
    assert (done.exit_code, done.stdout) == (0, "tone tone\n")


def test_an_empty_standard_input_is_an_error(run, model):
    done = run("transcribe", "-", stdin=b"")
    assert done.exit_code == 1
    assert "standard input" in done.stderr
    assert "empty" in done.stderr


def test_several_texts_on_standard_output_have_headings(run, model, talk, tmp_path):
    other = shutil.copy(talk, tmp_path / "other.wav")
    done = run("transcribe", talk, other)
    assert done.stdout == f"==> {talk} <==\ntone tone\n==> {other} <==\ntone tone\n"


def test_several_recordings_of_another_format_need_a_folder(run, model, talk, tmp_path):
    other = shutil.copy(talk, tmp_path / "other.wav")
    done = run("transcribe", talk, other, "-f", "srt")
    assert done.exit_code == 2
    assert "-o FOLDER/" in done.stderr
    assert model.loaded == []


def test_one_broken_file_does_not_stop_the_others(run, model, talk, tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_text("not a recording, but a letter")
    last = shutil.copy(talk, tmp_path / "last.wav")
    done = run("transcribe", talk, broken, tmp_path / "missing.wav", last, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["last.txt", "talk.txt"]
    errors = done.stderr.splitlines()
    assert "broken.wav" in errors[0]
    assert "text file" in errors[0]
    assert "missing.wav" in errors[1]
    assert "no such file" in errors[1]
    assert errors[2].startswith("auricle: 2 of 4 recordings transcribed, 0:04 of audio in 0:0")
    assert len(errors) == 3


def test_a_bug_in_one_recording_does_not_stop_the_others(run, model, talk, tmp_path):
    def fail_once(name: str) -> None:
        if name == "talk.wav":
            raise ZeroDivisionError("by zero")

    model.before = fail_once
    other = shutil.copy(talk, tmp_path / "other.wav")
    done = run("transcribe", talk, other, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "internal error, ZeroDivisionError" in done.stderr
    assert "--debug" in done.stderr
    assert (tmp_path / "out" / "other.txt").exists()


def test_folders_are_searched_on_request(run, model, talk, tmp_path):
    folder = tmp_path / "talks"
    (folder / "day 1").mkdir(parents=True)
    shutil.copy(talk, folder / "a.wav")
    shutil.copy(talk, folder / "day 1" / "b.WAV")
    (folder / "notes.txt").write_text("notes")
    done = run("transcribe", "--recursive", folder, "-o", tmp_path / "out", "-f", "vtt")
    assert done.exit_code == 0
    written = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*"))
    assert written == ["a.vtt", "day 1/b.vtt"]


def test_a_folder_is_refused_without_recursive(run, model, tmp_path):
    done = run("transcribe", tmp_path)
    assert done.exit_code == 1
    assert "--recursive" in done.stderr


def test_a_folder_without_recordings_is_an_error(run, model, talk, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("transcribe", "-r", tmp_path / "empty", talk)
    assert done.exit_code == 1
    assert "no recordings in this folder" in done.stderr
    assert done.stdout == "tone tone\n"


def test_a_recording_named_twice_is_transcribed_once(run, model, talk):
    assert run("transcribe", talk, talk).stdout == "tone tone\n"


def test_two_transcripts_may_not_be_one_file(run, model, talk, tmp_path):
    other = tmp_path / "talk.flac"
    other.write_bytes(encode(tone(440, 2, 16_000), 16_000, "flac"))
    done = run("transcribe", talk, other, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert "talk.wav" in done.stderr
    assert "talk.flac" in done.stderr
    assert "both" in done.stderr
    assert model.loaded == []
    assert not (tmp_path / "out").exists()


def test_two_transcripts_do_not_fit_into_one_named_file(run, model, talk, tmp_path):
    other = shutil.copy(talk, tmp_path / "other.wav")
    done = run("transcribe", talk, other, "-o", tmp_path / "both.srt")
    assert done.exit_code == 2
    assert "give a folder" in done.stderr


def test_a_transcript_may_not_replace_its_recording(run, model, talk):
    before = talk.read_bytes()
    done = run("transcribe", talk, "-o", talk)
    assert done.exit_code == 2
    assert "replace the recording" in done.stderr
    assert talk.read_bytes() == before


def test_outputs_are_whole_or_absent(run, model, talk, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    monkeypatch.setattr("pathlib.Path.replace", fail_to_rename)
    done = run("transcribe", talk, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def fail_to_rename(self, target):
    raise OSError(28, "No space left on device", str(self))


def test_an_earlier_transcript_is_replaced(run, model, talk, tmp_path):
    (tmp_path / "talk.txt").write_text("what an older model heard")
    assert run("transcribe", talk, "-o", tmp_path).exit_code == 0
    assert (tmp_path / "talk.txt").read_text() == "tone tone\n"


def test_ctrl_c_keeps_what_is_finished(run, model, talk, tmp_path):
    def interrupt(name: str) -> None:
        if name == "other.wav":
            raise KeyboardInterrupt

    model.before = interrupt
    other = shutil.copy(talk, tmp_path / "other.wav")
    done = run("transcribe", talk, other, "-o", tmp_path / "out")
    assert done.exit_code == 130
    assert "interrupted after 1 of 2" in done.stderr
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["talk.txt"]


def test_options_reach_the_search(run, model, talk):
    done = run(
        "transcribe", talk, "-f", "json", "--no-scorer", "--beam", 7, "--alternatives", 3,
        "--hot-word", "auricle:6.5", "--hot-word", "new york:-2", "--threads", 2, "-m", "./mine",
        "--scorer", "my.lm",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    (options,) = model.options
    assert (options.beam_width, options.use_scorer, options.alternatives) == (7, False, 3)
    assert dict(options.hot_words) == {"auricle": 6.5, "new york": -2.0}
    assert model.loaded == [("./mine", {"scorer": "my.lm", "threads": 2})]
    assert json.loads(done.stdout)["model"] == "fake"


def test_a_grammar_and_a_network_reach_the_search(run, model, talk, tmp_path):
    (tmp_path / "commands.txt").write_text("tone\n")
    done = run(
        "transcribe", talk, "-f", "json", "--network", "--grammar", tmp_path / "commands.txt",
        "--unknown-phrase-cost", 12.5,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    (options,) = model.options
    assert (options.network, options.unknown_phrase_cost) == (True, 12.5)
    assert options.grammar.words == ["tone"]


def test_a_wrong_grammar_is_told_before_any_work(run, model, talk, tmp_path):
    (tmp_path / "wrong.jsgf").write_text("#JSGF V1.0;\npublic <a> = <b>;\n")
    done = run("transcribe", talk, "--grammar", tmp_path / "wrong.jsgf")
    assert done.exit_code != 0
    assert "line 2, column 14" in done.stderr
    assert model.options == []


def test_the_layout_reaches_the_subtitles(run, model, talk):
    done = run("transcribe", talk, "-f", "srt", "--max-line-width", 8, "--max-lines", 2)
    assert "tone\ntone\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--hot-word", "auricle"], "WORD:BOOST"),
        (["--hot-word", ":3"], "WORD:BOOST"),
        (["--hot-word", "auricle:much"], "WORD:BOOST"),
        (["--beam", "0"], "--beam"),
        (["--threads", "0"], "--threads"),
        (["-f", "doc"], "--format"),
        (["-f", "srt", "--max-lines", "0"], "max_lines is 0"),
        (["-f", "srt", "--max-line-width", "3"], "at least 8"),
        (["--alternatives", "2"], "-f json"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_wrong_option_is_refused_before_any_work(run, model, talk, arguments, words):
    done = run("transcribe", talk, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert model.loaded == []


def test_no_file_is_a_wrong_command_line(run, model):
    assert run("transcribe").exit_code == 2


def test_a_missing_model_is_one_line(run, talk, monkeypatch):
    def load(name: str, scorer: str | None, threads: int) -> None:
        raise ModelError(f"there is no model {name!r}; see `auricle models list`")

    monkeypatch.setattr("auricle.load", load, raising=False)
    done = run("transcribe", talk, "--model", "tlh")
    assert done.exit_code == 1
    assert done.stderr == "auricle: there is no model 'tlh'; see `auricle models list`\n"


@pytest.mark.parametrize("place", ["group", "command"])
def test_debug_shows_the_traceback(run, model, tmp_path, place):
    arguments = ["transcribe", tmp_path / "missing.wav"]
    done = run("--debug", *arguments) if place == "group" else run(*arguments, "--debug")
    assert done.exit_code == 1
    assert "Traceback" in done.stderr
    assert "Traceback" not in run(*arguments).stderr


def test_silence_is_an_empty_transcript_and_a_remark(run, model, tmp_path):
    path = tmp_path / "short.wav"
    path.write_bytes(encode(tone(440, 0.5, 16_000), 16_000, "wav16"))
    done = run("transcribe", path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"auricle: {path}: no speech was heard\n"


def test_with_a_grammar_the_remark_is_about_the_grammar(run, model, tmp_path):
    (tmp_path / "commands.txt").write_text("tone\n")
    path = tmp_path / "short.wav"
    path.write_bytes(encode(tone(440, 0.5, 16_000), 16_000, "wav16"))
    done = run("transcribe", path, "--grammar", tmp_path / "commands.txt")
    assert done.stderr == f"auricle: {path}: nothing that the grammar gives was heard\n"


def test_damaged_files_are_taken_on_request(run, model, tmp_path):
    path = tmp_path / "cut.wav"
    path.write_bytes(encode(tone(440, 4, 16_000), 16_000, "wav16")[: 2 * 2 * 16_000 + 44])
    refused = run("transcribe", path)
    assert refused.exit_code == 1
    assert "--allow-damaged" in refused.stderr
    assert run("transcribe", path, "--allow-damaged").stdout == "tone tone\n"


def test_segments_end_as_the_command_says(run, model, talk):
    run("transcribe", talk)
    unsure = ("--unsure-pause", "2", "--certainty", "0.7")
    run("transcribe", talk, "--pause", "1.5", *unsure, "--longest", "12")
    as_the_model_says, wanted = model.endpoints
    assert as_the_model_says is None
    assert (wanted.silence, wanted.unsure_silence, wanted.maximum) == (1.5, 2.0, 12.0)
    assert wanted.certainty == 0.7
    assert run("transcribe", talk, "--pause", "-1").exit_code == 2


def test_an_unsure_pause_shorter_than_the_pause_is_refused_by_its_name(run, model, talk):
    for pause in [("--pause", "2"), ()]:  # given, or the model's
        done = run("transcribe", talk, *pause, "--unsure-pause", "0.2")
        assert done.exit_code == 2
        assert "--unsure-pause is 0.2 s, shorter than" in done.stderr
    assert run("transcribe", talk, "--unsure-pause", "2").exit_code == 0


def test_every_rule_of_subtitles_has_an_option(model, run, talk):
    rules = ["--min-duration", 1.5, "--max-duration", 3, "--reading-speed", 30, "--min-gap", 0.2]
    done = run("transcribe", talk, "-f", "srt", *rules, "--flicker-gap", 0.3)
    assert "00:00:00,000 --> 00:00:01,900" in done.stdout
    wrong = run("transcribe", talk, "-f", "srt", "--min-duration", 0)
    assert (wrong.exit_code, "min_duration is 0" in wrong.stderr) == (2, True)
