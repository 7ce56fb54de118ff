"""Readers of corpora, each on a miniature of the layout that it is published in."""

import numpy as np
import pytest
import soundfile

from auricle.errors import OptionError
from auricle.training.corpora import READERS


def sound(path, seconds=0.5):
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(len(path.name)).uniform(-0.1, 0.1, int(16000 * seconds))
    soundfile.write(path, samples, 16000)
    return path


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def read(name, folder):
    """Part, id, text and speaker of each utterance, all of whose recordings exist."""
    found = list(READERS[name](folder))
    for _, utterance in found:
        assert soundfile.info(utterance.audio).frames
    return [(part, u.id, u.text, u.speaker) for part, u in found]


def test_common_voice_has_its_own_parts_and_the_rest_of_the_validated(tmp_path):
    heading = "client_id\tpath\tsentence\tup_votes\tlocale\n"
    rows = [f'{who}\t{clip}.wav\t"Say {clip}\t2\tcy\n' for who, clip in ("aA", "bB", "cC", "dD")]
    for part, lines in (
        ("train", rows[:1]),
        ("dev", rows[1:2]),
        ("test", rows[2:3]),
        ("validated", rows),
    ):
        text(tmp_path / "cy" / f"{part}.tsv", heading + "".join(lines))
    for clip in "ABCD":
        sound(tmp_path / "cy" / "clips" / f"{clip}.wav")
    assert read("common-voice", tmp_path) == [
        ("train", "A", '"Say A', "a"),
        ("dev", "B", '"Say B', "b"),
        ("test", "C", '"Say C', "c"),
        ("validated", "D", '"Say D', "d"),
    ]
    _, utterance = next(iter(READERS["common-voice"](tmp_path)))
    assert (utterance.language, utterance.source) == ("cy", "common-voice")


def test_of_the_first_common_voice_the_valid_parts_are_read(tmp_path):
    for part in ("valid-dev", "valid-train", "other-train", "invalid"):
        sound(tmp_path / f"cv-{part}" / "1.wav")
        text(tmp_path / f"cv-{part}.csv", f"filename,text\ncv-{part}/1.wav,hello\n")
    assert read("common-voice", tmp_path) == [
        ("train", "cv-valid-train-1", "hello", ""),
        ("dev", "cv-valid-dev-1", "hello", ""),
    ]


def test_of_spontaneous_common_voice_the_agreed_transcriptions_are_read(tmp_path):
    release = tmp_path / "sps-corpus-1.0-2025-09-05-cy"
    rows = ["client_id\taudio_file\tprompt\ttranscription\tsplit"]
    for number, part in enumerate(("train", "test", "unassigned")):
        sound(release / "audios" / f"cy-{number}.mp3.wav")
        rows.append(f"a\tcy-{number}.mp3.wav\tWhy?\tWel [laugh] ie.[noise]\t{part}")
    text(release / "ss-corpus-cy.tsv", "\n".join(rows) + "\n")
    text(release / "ss-reported-audios-cy.tsv", "audio_file\n")
    assert read("common-voice", tmp_path) == [
        ("train", "cy-0.mp3", "Wel ie.", "a"),
        ("test", "cy-1.mp3", "Wel ie.", "a"),
    ]
    assert next(iter(READERS["common-voice"](tmp_path)))[1].language == "cy"


def test_m_ailabs_names_the_reader_and_the_language(tmp_path):
    book = tmp_path / "en_US" / "by_book" / "female" / "mary" / "emma"
    sound(book / "wavs" / "e_1.wav")
    text(book / "metadata.csv", "e_1|Page 1.|Page one.\n")
    assert read("m-ailabs", tmp_path) == [("", "e_1", "Page one.", "mary")]
    assert next(iter(READERS["m-ailabs"](tmp_path)))[1].language == "en-US"


def test_voxforge_prefers_sentences_as_written_and_tells_the_nameless_apart(tmp_path):
    for folder in ("sam-1", "anonymous-2"):
        sound(tmp_path / folder / "wav" / "a1.wav")
        text(tmp_path / folder / "etc" / "PROMPTS", f"{folder}/mfc/a1 GOOD DAY\n")
    text(tmp_path / "sam-1" / "etc" / "prompts-original", "a1 Good day.\n")
    assert read("voxforge", tmp_path) == [
        ("", "anonymous-2-a1", "GOOD DAY", "anonymous-2"),
        ("", "sam-1-a1", "Good day.", "sam"),
    ]


def test_lingua_libre_is_spelled_in_file_names(tmp_path):
    sound(tmp_path / "Q21-fra" / "Ann" / "peut_être.wav")
    assert read("lingua-libre", tmp_path) == [("", "Q21-fra-Ann-peut_être", "peut être", "Ann")]


def test_tuda_has_several_microphones_for_a_sentence(tmp_path):
    description = "<r><speaker_id>7</speaker_id><sentence>Ja!</sentence>"
    text(tmp_path / "train" / "s1.xml", f"{description}<cleaned_sentence>Ja</cleaned_sentence></r>")
    for microphone in ("Kinect", "Yamaha"):
        sound(tmp_path / "train" / f"s1_{microphone}.wav")
    assert read("tuda", tmp_path) == [
        ("train", "s1_Kinect", "Ja", "7"),
        ("train", "s1_Yamaha", "Ja", "7"),
    ]


def test_the_sample_of_timit_is_one_sentence(tmp_path):
    sound(tmp_path / "LDC93S1.wav")
    text(tmp_path / "LDC93S1.txt", "0 46797 She had your dark suit.\n")
    assert read("ldc93s1", tmp_path) == [("", "LDC93S1", "She had your dark suit.", "")]


def test_a_folder_has_texts_beside_and_speakers_in_subfolders(tmp_path):
    for who in ("sam", "kim"):
        sound(tmp_path / who / "1.wav")
        text(tmp_path / who / "1.txt", "good\n day\n")
    sound(tmp_path / "sam" / "2.wav")  # without a text
    assert read("folder", tmp_path) == [
        ("", "kim-1", "good day", "kim"),
        ("", "sam-1", "good day", "sam"),
    ]


def test_kaldi_folders_are_parts_and_segments_are_cut(tmp_path):
    audio = sound(tmp_path / "audio" / "talk.wav", 4.0)
    for part in ("train", "dev"):
        text(tmp_path / part / "wav.scp", f"talk {audio}\n")
        text(tmp_path / part / "segments", "u1 talk 0.5 1.5\nu2 talk 2 4\n")
        text(tmp_path / part / "text", "u1 good day\nu2 bye\n")
        text(tmp_path / part / "utt2spk", "u1 sam\nu2 kim\n")
    assert read("kaldi", tmp_path) == [
        (part, *rest)
        for part in ("dev", "train")
        for rest in (("u1", "good day", "sam"), ("u2", "bye", "kim"))
    ]
    second = list(READERS["kaldi"](tmp_path / "train"))[1]
    assert (second[0], second[1].start, second[1].duration) == ("", 2.0, 2.0)


def test_kaldi_recordings_that_are_commands_are_refused(tmp_path):
    text(tmp_path / "wav.scp", "u1 sph2pipe talk.sph |\n")
    text(tmp_path / "text", "u1 good day\n")
    with pytest.raises(OptionError, match="run it into files"):
        list(READERS["kaldi"](tmp_path))


def test_tables_of_a_folder_are_parts(tmp_path):
    sound(tmp_path / "a.wav")
    text(tmp_path / "train.csv", "wav_filename,wav_filesize,transcript\na.wav,1,good day\n")
    assert read("table", tmp_path) == [("train", "a", "good day", "")]
    assert read("table", tmp_path / "train.csv") == [("", "a", "good day", "")]


@pytest.mark.parametrize("name", sorted(READERS))
def test_an_empty_folder_is_refused_with_a_remedy(tmp_path, name):
    with pytest.raises(OptionError, match=str(tmp_path)):
        list(READERS[name](tmp_path))


def test_african_french_has_texts_by_part(tmp_path):
    sound(tmp_path / "speech" / "train" / "ca16" / "f-03" / "a_1.wav")
    sound(tmp_path / "speech" / "dev" / "niger" / "n_1.wav")
    text(tmp_path / "transcripts" / "train" / "ca16" / "transcripts.txt", "ca16/a_1.tdf Bonjour.\n")
    text(tmp_path / "speech" / "dev" / "niger" / "wav_transcript.tsv", "n_1.wav\tÇa va ?\n")
    assert read("african-french", tmp_path) == [
        ("dev", "n_1", "Ça va ?", "niger"),
        ("train", "a_1", "Bonjour.", "f-03"),
    ]


def test_gram_vaani_names_recordings_by_where_they_came_from(tmp_path):
    sound(tmp_path / "mp3" / "x1.wav")
    heading = "piece_id,audio_url,transcript_labelled,transcript,labels,content_filename"
    rows = "7,http://a.b/c/x1.wav,,नमस्ते,,f\n8,http://a.b/c/gone.wav,,x,,f\n"
    text(tmp_path / "gv.csv", f"{heading}\n{rows}")
    assert read("gram-vaani", tmp_path) == [("", "7", "नमस्ते", "")]


def test_training_speech_is_a_table(tmp_path):
    sound(tmp_path / "a.wav")
    text(tmp_path / "data.csv", "path,duration,text\na.wav,0.5,Bonjour.\n")
    assert read("training-speech", tmp_path) == [("", "a", "Bonjour.", "")]


def test_rows_of_ccpmf_are_joined_until_there_is_a_gap(tmp_path):
    (tmp_path / "20120101_Talk.mp3").write_bytes(b"")
    (tmp_path / "20120101_Other.mp3").write_bytes(b"")
    rows = "".join(
        f'<row timestamp="{start}" timedur="1">{word} </row>'
        for start, word in ((1, "un"), (2.1, "deux"), (5, "trois"))
    )
    text(tmp_path / "20120101_Talk_fre.xml", f"<r>{rows}</r>")
    found = [utterance for _, utterance in READERS["ccpmf"](tmp_path)]
    assert [(u.text, u.start, round(u.duration, 3)) for u in found] == [
        ("un deux", 1.0, 2.1),
        ("trois", 5.0, 1.0),
    ]
    assert {u.audio for u in found} == {str(tmp_path / "20120101_Talk.mp3")}


def test_spoken_wikipedia_counts_time_over_the_recordings_of_an_article(tmp_path):
    for number in (1, 2):
        sound(tmp_path / "Tea" / f"audio{number}.ogg", 2.0)
    word = '<t>x<n pronunciation="{}" start="{}" end="{}"/></t>'
    sentences = [
        "".join([word.format("two", 500, 700), "<t>,</t>", word.format("cups", 800, 1000)]),
        word.format("across", 1900, 2100),
        word.format("later", 2500, 3000),
        '<t>x<n pronunciation="unheard"/></t>',
    ]
    body = "".join(f"<s>{each}</s>" for each in sentences)
    meta = '<prop key="reader.name" value="Kim"/>'
    ignored = f"<ignored><s>{word.format('note', 3000, 3500)}</s></ignored>"
    text(tmp_path / "Tea" / "aligned.swc", f"<a><meta>{meta}</meta><d>{body}{ignored}</d></a>")
    assert read("spoken-wikipedia", tmp_path) == [
        ("", "Tea-00000", "two cups", "Kim"),
        ("", "Tea-00002", "later", "Kim"),
    ]
    later = list(READERS["spoken-wikipedia"](tmp_path))[1][1]
    assert (round(later.start, 3), round(later.duration, 3)) == (0.5, 0.5)
    assert later.audio.endswith("audio2.ogg")


def test_tatoeba_numbers_its_sentences(tmp_path):
    sound(tmp_path / "audio" / "sam" / "17.wav")
    text(tmp_path / "sentences.csv", "17\teng\tLet's go.\n18\teng\tNot recorded.\n")
    assert read("tatoeba", tmp_path) == [("", "17", "Let's go.", "sam")]
