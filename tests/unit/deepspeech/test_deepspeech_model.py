"""The methods of the old Model: names, units, results and errors."""

import inspect

import numpy as np
import pytest

import auricle
from auricle import deepspeech
from auricle.deepspeech import DeepSpeechError
from auricle.package import find_package, pack
from making_audio import encode

# DeepSpeech 0.9.3's methods with the names of their arguments, which calls may use.
MODEL = {
    "__init__": ["model_path"],
    "beamWidth": [],
    "setBeamWidth": ["beam_width"],
    "sampleRate": [],
    "enableExternalScorer": ["scorer_path"],
    "disableExternalScorer": [],
    "addHotWord": ["word", "boost"],
    "eraseHotWord": ["word"],
    "clearHotWords": [],
    "setScorerAlphaBeta": ["alpha", "beta"],
    "stt": ["audio_buffer"],
    "sttWithMetadata": ["audio_buffer", "num_results"],
    "createStream": [],
}
STREAM = {
    "feedAudioContent": ["audio_buffer"],
    "intermediateDecode": [],
    "intermediateDecodeWithMetadata": ["num_results"],
    "finishStream": [],
    "finishStreamWithMetadata": ["num_results"],
    "freeStream": [],
}


@pytest.mark.parametrize(
    ("kind", "methods"), [(deepspeech.Model, MODEL), (deepspeech.Stream, STREAM)]
)
def test_every_method_has_its_old_name_and_arguments(kind, methods):
    for name, arguments in methods.items():
        assert list(inspect.signature(getattr(kind, name)).parameters) == ["self", *arguments]


def test_version_is_that_of_the_api_and_of_the_engine():
    assert deepspeech.version() == f"0.9.3+auricle.{auricle.__version__}"


def test_what_is_public_is_importable():
    assert list(deepspeech.__all__) == sorted(deepspeech.__all__)
    assert all(hasattr(deepspeech, name) for name in deepspeech.__all__)


class TestOpening:
    def test_a_packed_package_opens_as_its_folder_does(self, tmp_path, speech, own_ds):
        pack(find_package("en"), tmp_path / "en.auricle")
        packed = deepspeech.Model(str(tmp_path / "en.auricle"))
        packed.enableExternalScorer(str(tmp_path / "en.auricle"))
        own_ds.enableExternalScorer(str(find_package("en")))
        assert packed.stt(speech) == own_ds.stt(speech) != ""

    @pytest.mark.parametrize("suffix", ["pbmm", "pb", "tflite"])
    @pytest.mark.parametrize("exists", [True, False])
    def test_an_old_model_is_told_what_to_do(self, tmp_path, suffix, exists):
        path = tmp_path / f"deepspeech-0.9.3-models.{suffix}"
        if exists:
            path.write_bytes(bytes(100))
        with pytest.raises(
            RuntimeError, match=r"CreateModel.*\(0x2003\).*auricle models list"
        ) as e:
            deepspeech.Model(str(path))
        assert (e.value.code, e.value.status) == (0x2003, "DS_ERR_MODEL_INCOMPATIBLE")

    def test_a_missing_model_is_a_runtime_error(self):
        with pytest.raises(RuntimeError, match=r"CreateModel failed with.*\(0x3000\).*no model"):
            deepspeech.Model("no-such-model")

    def test_an_empty_path_is_no_model(self):
        with pytest.raises(RuntimeError, match=r"\(0x1000\)"):
            deepspeech.Model("")

    def test_a_path_of_another_type_is_a_type_error(self):
        with pytest.raises(TypeError):
            deepspeech.Model(None)


class TestSettings:
    def test_the_sample_rate_is_the_models(self, ds):
        assert ds.sampleRate() == 16_000

    def test_the_beam_is_set_and_read(self, own_ds):
        assert own_ds.setBeamWidth(7) == 0
        assert own_ds.beamWidth() == 7

    @pytest.mark.parametrize("width", [0, -1, 10_001])
    def test_an_impossible_beam_is_refused_and_the_old_one_stays(self, own_ds, width):
        before = own_ds.beamWidth()
        with pytest.raises(ValueError, match="must be from 1 to 10000"):
            own_ds.setBeamWidth(width)
        assert own_ds.beamWidth() == before

    def test_there_is_no_scorer_until_one_is_enabled(self, own_ds):
        assert own_ds.setScorerAlphaBeta(0.5, 1.0) == 0x2004
        assert own_ds.disableExternalScorer() == 0x2004
        own_ds.enableExternalScorer("en")
        assert own_ds.setScorerAlphaBeta(0.5, 1.0) == 0
        assert own_ds.disableExternalScorer() == 0
        assert own_ds.disableExternalScorer() == 0x2004

    def test_a_scorer_and_its_weights_change_the_text(self, own_ds, speech):
        alone = own_ds.stt(speech)
        own_ds.enableExternalScorer(str(find_package("en") / "scorer.lm"))
        scored = own_ds.stt(speech)
        own_ds.setScorerAlphaBeta(0.5, -20.0)  # each word costs so much that some are left out
        costly = own_ds.stt(speech)
        own_ds.enableExternalScorer("en")
        assert own_ds.stt(speech) == scored != costly
        own_ds.disableExternalScorer()
        assert own_ds.stt(speech) == alone != scored

    def test_an_old_scorer_is_told_what_to_do(self, own_ds, tmp_path):
        path = tmp_path / "deepspeech-0.9.3-models.scorer"
        path.write_bytes(b"mmap lm http://kheafield.com/code" + bytes(100))
        match = r"EnableExternalScorer.*\(0x2002\).*enableExternalScorer\('en'\).*auricle lm build"
        with pytest.raises(RuntimeError, match=match):
            own_ds.enableExternalScorer(str(path))
        assert own_ds.disableExternalScorer() == 0x2004

    def test_a_missing_scorer_leaves_the_enabled_one(self, own_ds, speech):
        own_ds.enableExternalScorer("en")
        before = own_ds.stt(speech)
        with pytest.raises(DeepSpeechError, match=r"\(0x2002\).*no-such\.lm"):
            own_ds.enableExternalScorer("no-such.lm")
        assert own_ds.stt(speech) == before


class TestHotWords:
    def test_they_change_the_text_with_and_without_a_scorer(self, own_ds, speech):
        for enable in (lambda: None, lambda: own_ds.enableExternalScorer("en")):
            enable()
            before = own_ds.stt(speech)
            own_ds.addHotWord(before.split()[-2], -20.0)
            own_ds.addHotWord("auricle", 1.5)
            assert own_ds.stt(speech) != before
            own_ds.clearHotWords()
            assert own_ds.stt(speech) == before

    def test_a_word_is_added_once(self, own_ds):
        own_ds.addHotWord("auricle", 5)
        with pytest.raises(RuntimeError, match=r"AddHotWord.*\(0x3008\).*eraseHotWord"):
            own_ds.addHotWord("auricle", 6)
        own_ds.eraseHotWord("auricle")
        own_ds.addHotWord("auricle", 6)

    def test_a_word_that_is_none_cannot_be_erased(self, own_ds):
        own_ds.addHotWord("auricle", 5)
        with pytest.raises(RuntimeError, match=r"EraseHotWord.*\(0x3010\).*auricle"):
            own_ds.eraseHotWord("oracle")

    @pytest.mark.parametrize(("word", "boost"), [("", 1.0), (" ", 1.0), ("a", float("nan"))])
    def test_nonsense_is_refused(self, own_ds, word, boost):
        with pytest.raises(RuntimeError, match=r"\(0x3008\)"):
            own_ds.addHotWord(word, boost)


class TestTranscribing:
    def test_arrays_bytes_and_wav_files_give_one_text(self, ds, speech):
        wav = encode(speech[:, None].astype(np.float32) / 32768, 16_000, "wav16")
        texts = {ds.stt(speech), ds.stt(speech.tobytes()), ds.stt(wav)}
        assert len(texts) == 1
        assert texts != {""}

    def test_it_is_what_the_engine_hears(self, ds, speech):
        expected = auricle.load("en").transcribe(speech, sample_rate=16_000)
        assert ds.stt(speech) == expected.text

    def test_no_audio_is_no_text(self, ds):
        assert ds.stt(np.zeros(0, np.int16)) == ""
        assert [c.tokens for c in ds.sttWithMetadata(b"").transcripts] == [[]]

    def test_metadata_spells_the_text(self, ds, speech):
        metadata = ds.sttWithMetadata(speech)
        assert len(metadata.transcripts) == 1
        assert "".join(token.text for token in metadata.transcripts[0].tokens) == ds.stt(speech)

    def test_tokens_are_in_order_and_inside_the_audio(self, ds, speech):
        tokens = ds.sttWithMetadata(speech).transcripts[0].tokens
        steps = [token.timestep for token in tokens]
        assert steps == sorted(steps)
        assert tokens[-1].start_time <= len(speech) / 16_000

    def test_candidates_are_distinct_and_best_first(self, ds, speech):
        candidates = ds.sttWithMetadata(speech, 4).transcripts
        texts = ["".join(token.text for token in c.tokens) for c in candidates]
        scores = [c.confidence for c in candidates]
        assert 1 < len(texts) == len(set(texts)) <= 4
        assert scores == sorted(scores, reverse=True)

    def test_a_negative_number_of_candidates_is_refused(self, ds, speech):
        with pytest.raises(ValueError, match="num_results is -1"):
            ds.sttWithMetadata(speech, -1)
        assert ds.sttWithMetadata(speech, 0).transcripts == []
