"""Files that `auricle convert deepspeech` cannot use: each has a message that says what it is."""

import struct

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("tflite")

from tests.making_deepspeech import (
    ALPHABET,
    DATA,
    automaton,
    memory_mapped,
    minimised,
    scorer,
    spellable,
)

from auricle.conversion.deepspeech import Naming, convert, read_model
from auricle.conversion.graphdef_file import _message
from auricle.conversion.scorer import convert_scorer
from auricle.errors import AuricleError, ModelError, ScorerError

GRAPH = (DATA / "chars.pb").read_bytes()
KENLM = (DATA / "quantised_array.binary").read_bytes()
WORDS = spellable((DATA / "text.txt").read_text(encoding="utf-8").splitlines())
BYTES = tuple(bytes([byte]) for byte in range(1, 256))


def reading(data, path):
    path.write_bytes(data)
    return read_model(path)


def changed(change):
    """Return the graph of chars.pb after `change` was done to its nodes, by name."""
    graph = _message("Graph").FromString(GRAPH)
    change({node.name: node for node in graph.node})
    return graph.SerializeToString()


def complaint(call, *arguments):
    """Return what the call complains of on purpose, or None where it does not."""
    try:
        call(*arguments)
    except AuricleError as error:
        return str(error)
    return None


def value(node):
    return next(item.value for item in node.attr if item.key == "value").tensor


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a TensorFlow graph"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "not a TensorFlow graph"),
        (b"\x00" * 5000, "not a TensorFlow graph"),
        (b"\xff" * 5000, "not a TensorFlow graph"),
        (GRAPH[:-1000], "not a TensorFlow graph"),
        (b"\x1c\x00\x00\x00TFL3", "damaged TensorFlow Lite file"),
        (KENLM, "it is a scorer; give it with --scorer"),
    ],
)
def test_other_files_are_named(data, message, tmp_path):
    with pytest.raises(ModelError, match=message):
        reading(data, tmp_path / "output_graph.pb")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"absent\.pb: cannot be read"):
        read_model(tmp_path / "absent.pb")


@pytest.mark.parametrize("name", ["chars.pb", "chars.tflite", "bytes.pb", "mapped.pbmm"])
def test_files_cut_anywhere_are_refused(name, tmp_path):
    data = memory_mapped(GRAPH) if name == "mapped.pbmm" else (DATA / name).read_bytes()
    for end in range(0, len(data) - 1, len(data) // 20):
        with pytest.raises(ModelError, match=r"take|give|model of DeepSpeech"):
            reading(data[:end], tmp_path / name)


@pytest.mark.parametrize("name", ["chars.tflite", "chars.pb"])
def test_damage_anywhere_is_refused_or_makes_another_model(name, tmp_path):
    data = (DATA / name).read_bytes()
    generator = np.random.default_rng(3)
    for _ in range(25):
        damaged = bytearray(data)
        at = int(generator.integers(len(data) - 8))
        damaged[at : at + 8] = generator.bytes(8)
        message = complaint(reading, bytes(damaged), tmp_path / name)
        assert message is None or message.startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda nodes: value(nodes["metadata_version"]).int_val.__setitem__(0, 4),
            "its graph has version 4; 6 is read",
        ),
        (
            lambda nodes: setattr(nodes["metadata_version"], "name", "version"),
            "no metadata_version, so it is not a model that DeepSpeech",
        ),
        (
            lambda nodes: setattr(nodes["Relu"], "op", "LayerNorm"),
            "its graph uses LayerNorm",
        ),
        (
            lambda nodes: value(nodes["metadata_alphabet"]).string_val.__setitem__(0, b"\x05\0a"),
            "its alphabet is damaged",
        ),
        (
            lambda nodes: value(nodes["metadata_alphabet"]).string_val.__setitem__(
                0, b"\x01\0\0\0\1\0a"
            ),
            "the layers have shapes .* with 1 labels",
        ),
        (
            lambda nodes: setattr(value(nodes["layer_5/weights"]), "tensor_content", b"1234"),
            "layer_5/weights are incomplete",
        ),
        (
            lambda nodes: value(nodes["Minimum_1/y"]).float_val.__setitem__(0, 6.0),
            r"clipped at \[6.0, 20.0\]",
        ),
        (
            lambda nodes: setattr(value(nodes["layer_1/bias"]), "dtype", 19),
            "type of number that is not converted",
        ),
    ],
)
def test_other_graphs_are_told_apart(change, message, tmp_path):
    with pytest.raises(ModelError, match=message):
        reading(changed(change), tmp_path / "output_graph.pb")


def test_a_region_that_is_missing_is_named(tmp_path):
    mapped = memory_mapped(GRAPH).replace(
        b"package://layer_5_weights", b"package://layer_X_weights"
    )
    broken = mapped.replace(b"package://layer_X_weights", b"package://layer_5_weights", 1)
    with pytest.raises(ModelError, match=r"missing|damaged"):
        reading(broken, tmp_path / "x.pbmm")


def converting(data, folder, labels=ALPHABET):
    (folder / "kenlm.scorer").write_bytes(data)
    return convert_scorer(folder / "kenlm.scorer", folder / "scorer.lm", labels, fingerprint=1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot be read"),
        (b"\\data\\\nngram 1=5\n" * 20, "not a binary language model of KenLM"),
        (GRAPH, "not a binary language model of KenLM"),
        (b"mmap lm http://kheafield.com/code incomplete\n" + b"\0" * 200, "did not finish"),
        (KENLM.replace(b"version 5", b"version 6", 1), "format version 6; version 5 is read"),
        (KENLM[:96] + struct.pack("<i", 0) + KENLM[100:], "kind probing"),
        (KENLM[:96] + struct.pack("<i", 9) + KENLM[100:], "kind number 9"),
        (KENLM[:88] + b"\x07" + KENLM[89:], "order 7"),
        (KENLM[:116] + b"\xff" * 8 + KENLM[124:], "header asks for"),
        (KENLM, "language model without its words"),
        (KENLM + b"something else", "followed by something else"),
        (scorer(KENLM, WORDS)[: len(KENLM) + 10], "ends within its dictionary"),
        (scorer(KENLM, WORDS)[:-100], "ends within its dictionary"),
        (scorer(KENLM, WORDS, version=5), "dictionary has version 5; 6 is read"),
        (scorer(KENLM, WORDS, alpha=float("nan")), "alpha and beta are damaged"),
        (scorer(KENLM, ["not", "those", "words", "wrongly"]), "model with another alphabet"),
        (scorer(KENLM, ["日", "本"], spells_bytes=True), "made for bytes output mode"),
    ],
)
def test_other_scorers_are_named(data, message, tmp_path):
    with pytest.raises(ScorerError, match=message):
        converting(data, tmp_path)
    assert not (tmp_path / "scorer.lm").exists()


def test_a_scorer_of_another_alphabet_is_refused(tmp_path):
    shuffled = (*ALPHABET[:1], *ALPHABET[:0:-1])
    with pytest.raises(ScorerError, match="made for a model with another alphabet"):
        converting(scorer(KENLM, WORDS), tmp_path, shuffled)
    with pytest.raises(ScorerError, match=r"uses 2. labels, and the model has 9"):
        converting(scorer(KENLM, WORDS), tmp_path, ALPHABET[:9])
    with pytest.raises(ScorerError, match="an alphabet, and the model has bytes output mode"):
        converting(scorer(KENLM, WORDS), tmp_path, BYTES)


WIDE = [*([(label, state + 1) for label in range(2, 20)] for state in range(30)), []]


def head():
    return scorer(KENLM, WORDS)[: len(KENLM) + 25]


@pytest.mark.parametrize(
    ("arcs", "message"),
    [
        ([[(2, 0)]], "more than 1000 letters"),  # a loop
        (WIDE, "words of"),
        ([[(2, 7)]], "contradicts itself"),
        ([[(0, 1)], []], "contradicts itself"),
    ],
)
def test_automata_without_end_are_refused(arcs, message, tmp_path):
    finals = [True] * len(arcs)
    with pytest.raises(ScorerError, match=message):
        converting(automaton(head(), 0, finals, arcs), tmp_path)


def test_automata_of_other_kinds_are_refused(tmp_path):
    start, finals, arcs = minimised([(2, 3)])
    with pytest.raises(ScorerError, match="no automaton of the kind"):
        converting(automaton(head(), start, finals, arcs, kind=b"vector"), tmp_path)
    with pytest.raises(ScorerError, match="flags 1"):
        converting(automaton(head(), start, finals, arcs, flags=1), tmp_path)


@pytest.mark.parametrize("kind", ["trie", "quantised_array"])
def test_scorers_cut_or_damaged_anywhere_are_refused_or_become_others(kind, tmp_path):
    data = scorer((DATA / f"{kind}.binary").read_bytes(), WORDS)
    generator = np.random.default_rng(4)
    for _ in range(25):
        damaged = bytearray(data)
        at = int(generator.integers(len(data) - 8))
        damaged[at : at + 8] = generator.bytes(8)
        message = complaint(converting, bytes(damaged), tmp_path)
        assert message is None or "kenlm.scorer: " in message
    for end in range(100, len(data), len(data) // 15):
        with pytest.raises(ScorerError, match=r"kenlm\.scorer"):
            converting(data[:end], tmp_path)


def test_nothing_is_left_of_a_conversion_that_failed(tmp_path):
    (tmp_path / "bad.scorer").write_bytes(KENLM)
    with pytest.raises(ScorerError):
        convert(
            DATA / "chars.pb",
            tmp_path / "package",
            Naming("test"),
            scorer=tmp_path / "bad.scorer",
        )
    assert not (tmp_path / "package").exists()
