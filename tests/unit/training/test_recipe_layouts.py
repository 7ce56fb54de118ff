"""lhotse's recipes by their commands, each on a miniature of the layout its corpus comes in.

They are those that DeepSpeech had importers for, and what else is trained on most. What a recipe
must be given, and what the manifests hold, is what users see.
"""

import json

import numpy as np
import pytest
import soundfile

pytest.importorskip("lhotse")

from auricle.manifest import read_manifest


def sound(path, rate=16000, channels=1, **form):
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(len(path.name)).uniform(-0.1, 0.1, (rate, channels))
    soundfile.write(path, samples, rate, **form)
    return path


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


@pytest.fixture
def imported(run, tmp_path):
    """Import a corpus, and return part, id, text and speaker of its utterances."""

    def import_corpus(*arguments):
        result = run("data", "import", *arguments, "-o", tmp_path / "out")
        assert result.exit_code == 0, result.output
        assert "left out" not in result.output
        return sorted(
            (path.name.removesuffix(".jsonl.gz"), each.id, each.text, each.speaker)
            for path in (tmp_path / "out").iterdir()
            for each in read_manifest(path)
        )

    return import_corpus


def test_aishell(imported, tmp_path):
    data = tmp_path / "data_aishell"
    text(
        data / "transcript" / "aishell_transcript_v0.8.txt",
        "A1S1W1 你 好\nA1S2W1 再 见\nA1S3W1 是\n",
    )
    for part, speaker in (("train", "S1"), ("dev", "S2"), ("test", "S3")):
        sound(data / "wav" / part / speaker / f"A1{speaker}W1.wav")
    assert imported("aishell", tmp_path) == [
        ("dev", "A1S2W1", "再见", "S2"),
        ("test", "A1S3W1", "是", "S3"),
        ("train", "A1S1W1", "你好", "S1"),
    ]


def test_thchs_30(imported, tmp_path):
    data = tmp_path / "data_thchs30"
    parts = {"train": "A2", "dev": "B3", "test": "C4"}
    for part, speaker in parts.items():
        sound(data / part / f"{speaker}_0.wav")
        text(data / "data" / f"{speaker}_0.wav.trn", "绿 是\nlv4 shi4\nl v4 sh ix4\n")
    assert imported("thchs-30", tmp_path) == [
        (part, f"{parts[part]}_0", "绿 是", parts[part]) for part in ("dev", "test", "train")
    ]


def test_aidatatang(imported, tmp_path):
    data = tmp_path / "aidatatang_200zh"
    text(data / "transcript" / "aidatatang_200_zh_transcript.txt", "T0 你好\nT1 你好 世界\nT2 是\n")
    for number, part in enumerate(("train", "dev", "test")):
        sound(data / "corpus" / part / f"G{number}" / f"T{number}.wav")
    assert imported("aidatatang", tmp_path)[0] == ("dev", "T1", "你好 世界", "G1")


def test_magicdata(imported, tmp_path):
    for part in ("train", "dev", "test"):
        rows = f"UtteranceID\tSpeakerID\tTranscription\n{part}1.wav\tS1\t你好\n"
        text(tmp_path / part / "TRANS.txt", rows)
        sound(tmp_path / part / "S1" / f"{part}1.wav")
    assert imported("magicdata", tmp_path) == [
        (part, f"{part}1", "你好", "S1") for part in ("dev", "test", "train")
    ]


def test_primewords(imported, tmp_path):
    data = tmp_path / "primewords_md_2018_set1"
    text(
        data / "set1_transcript.json",
        json.dumps([{"text": "你好", "file": "a1.wav", "user_id": "7"}]),
    )
    sound(data / "audio_files" / "a" / "a1.wav")
    assert imported("primewords", tmp_path) == [("train", "a1", "你好", "7")]


def test_free_st_mandarin(imported, tmp_path):
    data = tmp_path / "ST-CMDS-20170001_1-OS"
    sound(data / "20170001P00001A0001.wav")
    text(data / "20170001P00001A0001.txt", "你好")
    ((part, _, words, speaker),) = imported("freestmandarin", tmp_path)
    assert (part, words, speaker) == ("train", "你好", "P00001A")


def test_vctk(imported, tmp_path):
    text(tmp_path / "speaker-info.txt", "ID AGE GENDER ACCENTS REGION\n225 23 F English England\n")
    text(tmp_path / "txt" / "p225" / "p225_001.txt", "Please call Stella.\n")
    sound(tmp_path / "wav48" / "p225" / "p225_001.wav", rate=48000)
    assert imported("vctk", tmp_path) == [("all", "p225_001", "Please call Stella.", "p225")]


@pytest.mark.parametrize("ending", ["flac", "opus"])
def test_mls(imported, tmp_path, ending):
    language = tmp_path / f"mls_polish{'_opus' if ending == 'opus' else ''}"
    text(language / "metainfo.txt", "SPEAKER | GENDER | PARTITION | MINUTES | BOOK ID\n9 | F\n")
    form = {"format": "OGG", "subtype": "OPUS"} if ending == "opus" else {}
    for part in ("train", "dev", "test"):
        sound(language / part / "audio" / "9" / "1" / f"9_1_{part}.{ending}", **form)
        text(language / part / "transcripts.txt", f"9_1_{part}\tdzień dobry\n")
    choice = () if ending == "opus" else ("--no-opus",)
    assert imported("mls", tmp_path, *choice) == [
        (f"polish-{part}", f"9_1_{part}", "dzień dobry", "9") for part in ("dev", "test", "train")
    ]


@pytest.mark.parametrize(("name", "below"), [("ted", "."), ("tedlium", "legacy")])
def test_tedlium(imported, tmp_path, name, below):
    for part in ("train", "dev", "test"):
        folder = tmp_path / below / part
        sound(folder / "sph" / "Talk_2012.sph", format="NIST", subtype="PCM_16")
        line = "Talk_2012 1 Talk_2012 {} {} <o,f0,male> {}\n"
        lines = line.format(0.0, 0.4, "good day") + line.format(
            0.4, 0.9, "ignore_time_segment_in_scoring"
        )
        text(folder / "stm" / "Talk_2012.stm", lines)
    assert imported(name, tmp_path) == [
        (part, "Talk_2012-0", "good day", "Talk_2012") for part in ("dev", "test", "train")
    ]


def test_speech_commands(imported, tmp_path):
    data = tmp_path / "speech_commands_v0.02"
    for word, name in (("yes", "a1_nohash_0"), ("no", "b2_nohash_0")):
        sound(data / word / f"{name}.wav")
    sound(data / "_background_noise_" / "hum.wav")
    text(data / "validation_list.txt", "no/b2_nohash_0.wav\n")
    text(data / "testing_list.txt", "")
    sound(tmp_path / "speech_commands_test_set_v0.02" / "go" / "c3_nohash_0.wav")
    found = imported("speechcommands", tmp_path, "--speechcommands-version", "2")
    assert {("train", "yes"), ("valid", "no"), ("test", "go")} <= {
        (part, words) for part, _, words, _ in found
    }


def test_timit(imported, tmp_path):
    for part, speaker in (("TRAIN", "FCJF0"), ("TEST", "FADG0"), ("TEST", "FDHC0")):
        place = tmp_path / "data" / part / "DR1" / speaker / "SA1"
        sound(place.with_suffix(".WAV"), format="NIST", subtype="PCM_16")
        text(place.with_suffix(".TXT"), "0 16000 She had.\n")
        text(place.with_suffix(".WRD"), "0 8000 she\n8000 16000 had\n")
        text(place.with_suffix(".PHN"), "0 8000 sh\n8000 16000 ae\n")
    assert imported("timit", tmp_path) == [
        ("DEV", "FADG0-SA1", "She had.", "FADG0"),
        ("TEST", "FDHC0-SA1", "She had.", "FDHC0"),
        ("TRAIN", "FCJF0-SA1", "She had.", "FCJF0"),
    ]


TELEPHONE = {"rate": 8000, "channels": 2, "format": "NIST", "subtype": "ULAW"}


def test_switchboard(imported, tmp_path):
    audio, texts = tmp_path / "LDC97S62", tmp_path / "swb_ms98_transcriptions"
    sound(audio / "swb1_d1" / "data" / "sw02001.sph", **TELEPHONE)
    for side, words in (("A", "hi um yeah"), ("B", "hello")):
        name = f"sw2001{side}-ms98-a"
        lines = f"{name}-0001 0.0 0.3 [silence]\n{name}-0002 0.3 0.9 {words}\n"
        text(texts / "20" / "2001" / f"sw2001{side}-ms98-a-trans.text", lines)
    found = imported("swb", audio, texts)
    assert [each[:3] for each in found] == [
        ("all", "sw2001A-ms98-a-0002", "hi um yeah"),
        ("all", "sw2001B-ms98-a-0002", "hello"),
    ]
    each = read_manifest(tmp_path / "out" / "all.jsonl.gz")[1]
    assert (each.channel, each.start, each.sample_rate) == (1, 0.3, 8000)


def test_fisher(imported, tmp_path):
    rows = "CALL_ID,A,B,C,D,PIN_A,E,F,G,H,PIN_B\n{},1,2,3,4,51,5,6,7,8,52\n"
    for number, year in (("00001", "2004"), ("05851", "2005")):
        audio = tmp_path / f"LDC{year}S13" / f"fisher_d{number}" / "audio" / "000"
        sound(audio / f"fe_03_{number}.sph", **TELEPHONE)
        texts = tmp_path / f"LDC{year}T19"
        lines = f"# fe_03_{number}.sph\n# by someone\n\n0.10 0.50 A: hello\n\n0.50 0.90 B: hi\n"
        text(texts / "data" / "trans" / "000" / f"fe_03_{number}.txt", lines)
        text(texts / "doc" / f"fe_03_p{year[-1]}_calldata.tbl", rows.format(number))
    found = imported("fisher", tmp_path)
    assert [(each[0], *each[2:]) for each in found] == [
        ("all", "hello", "51"),
        ("all", "hi", "52"),
    ] * 2


def test_a_broken_recording_is_named_and_the_others_are_read(run, tmp_path):
    for name in ("LJ001-0001", "LJ001-0002"):
        sound(tmp_path / "wavs" / f"{name}.wav")
    (tmp_path / "wavs" / "LJ001-0002.wav").write_bytes(b"RIFF")
    text(tmp_path / "metadata.csv", "LJ001-0001|One.|One.\nLJ001-0002|Two.|Two.\n")
    result = run("data", "import", "ljspeech", tmp_path, "-o", tmp_path / "all.jsonl.gz")
    assert result.exit_code == 0, result.output
    assert "left out:" in result.output
    assert "LJ001-0002.wav" in result.output
    assert [each.id for each in read_manifest(tmp_path / "all.jsonl.gz")] == ["LJ001-0001"]


def test_what_a_recipe_would_download_has_to_be_given(run, tmp_path):
    result = run("data", "import", "switchboard", tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "TRANSCRIPTS_DIR" in result.output
