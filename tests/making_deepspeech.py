"""Files of DeepSpeech made for tests: scorers from a language model and words, .pbmm from .pb."""

import random
import struct
from pathlib import Path

import numpy as np

from auricle.conversion.graphdef_file import _message

DATA = Path(__file__).parent / "data/deepspeech"
ALPHABET = tuple(b" abcdefghijklmnopqrstuvwxyz'"[k : k + 1] for k in range(28))


def scorer(
    kenlm,
    words,
    *,
    alphabet=ALPHABET,
    spells_bytes=False,
    alpha=0.75,
    beta=1.85,
    magic=b"EIRT",
    version=6,
):
    """Append the dictionary of these words to a binary language model, as DeepSpeech does."""
    head = magic + struct.pack("<i?dd", version, spells_bytes, alpha, beta)
    labels = {label: number + 1 for number, label in enumerate(alphabet)}
    paths = []
    for word in words:
        if spells_bytes:
            paths.append(tuple(word.encode()))
        else:
            paths.append((*(labels[letter.encode()] for letter in word), labels[b" "]))
    return automaton(kenlm + head, *minimised(paths))


def minimised(paths):
    """Return final flags and arcs (label, state) of the smallest automaton of these paths."""
    tree = [False, {}]
    for path in paths:
        node = tree
        for label in path:
            node = node[1].setdefault(label, [False, {}])
        node[0] = True
    finals, arcs, known = [], [], {}

    def number(node):
        following = tuple((label, number(node[1][label])) for label in sorted(node[1]))
        key = (node[0], following)
        if key not in known:
            known[key] = len(finals)
            finals.append(node[0])
            arcs.append(following)
        return known[key]

    start = number(tree)
    return start, finals, arcs


def automaton(before, start, finals, arcs, *, kind=b"const", flags=4):
    """Append an automaton in OpenFST's aligned const format."""

    def aligned(data):
        return data + b"\0" * (-len(data) % 16)

    def text(value):
        return struct.pack("<i", len(value)) + value

    data = before + struct.pack("<i", 2125659606) + text(kind) + text(b"standard")
    total = sum(map(len, arcs))
    data += struct.pack("<iiQqqq", 1, flags, 0, start, len(finals), total)
    data = aligned(data)
    first = 0
    for final, out in zip(finals, arcs, strict=True):
        data += struct.pack("<fIIII", 0.0 if final else float("inf"), first, len(out), 0, 0)
        first += len(out)
    data = aligned(data)
    for out in arcs:
        for label, state in out:
            data += struct.pack("<iifi", label, label, 0.0, state)
    return data


def memory_mapped(graph):
    """Turn a .pb into a .pbmm: large constants become regions, the graph is the last of them."""
    message = _message("Graph").FromString(graph)
    data, directory = b"", _message("Directory")()

    def add_region(name, content):
        nonlocal data
        data += b"\0" * (-len(data) % 64)
        directory.element.add(
            offset=len(data), name=f"memmapped_package://{name}", length=len(content)
        )
        data += content

    for node in message.node:
        values = {item.key: item.value for item in node.attr}
        if node.op != "Const" or len(values["value"].tensor.tensor_content) < 1000:
            continue
        tensor = values["value"].tensor
        region = node.name.replace("/", "_").replace(".", "_")
        add_region(region, tensor.tensor_content)
        dtype, shape = tensor.dtype, list(tensor.tensor_shape.dim)
        node.op = "ImmutableConst"
        del node.attr[:]
        node.attr.add(key="dtype").value.type = dtype
        held = node.attr.add(key="shape").value.shape
        held.dim.extend(shape)
        name = f"memmapped_package://{region}".encode()
        node.attr.add(key="memory_region_name").value.s = name
    add_region(".", message.SerializeToString())
    return data + directory.SerializeToString() + struct.pack("<Q", len(data))


def spellable(texts):
    """Return the words of texts that the alphabet spells, sorted."""
    words = {word for text in texts for word in text.split()}
    return sorted(w for w in words if all(letter.encode() in ALPHABET for letter in w))


def write_scorer(path, model="quantised_array", text="text"):
    """Write the scorer of a language model and a text of DATA; return its words."""
    words = spellable((DATA / f"{text}.txt").read_text(encoding="utf-8").splitlines())
    path.write_bytes(scorer((DATA / f"{model}.binary").read_bytes(), words))
    return words


def write_model_and_scorer(folder):
    """Write what the guide's commands convert; return the scorer's words."""
    graph = memory_mapped((DATA / "chars.pb").read_bytes())
    (folder / "output_graph.pbmm").write_bytes(graph)
    return write_scorer(folder / "kenlm.scorer")


def planted(text, seed, least):
    """Return log-probabilities (T, 29) of a text heard badly.

    Letters have at least the probability `least`, and others what they lack. Made by Python's own
    generator, which gives the same numbers everywhere.
    """
    generator = random.Random(seed)
    blank = len(ALPHABET)
    rows = []

    def frame(label, share):
        row = [1e-4] * (blank + 1)
        for other in (generator.randrange(blank), generator.randrange(blank), blank):
            row[other] += (1.0 - share) * generator.random()
        row[label] += share
        rows.append([value / sum(row) for value in row])

    for letter in text:
        for _ in range(generator.randint(1, 2)):
            frame(ALPHABET.index(letter.encode()), least + (0.95 - least) * generator.random())
        for _ in range(generator.randint(1, 3)):
            frame(blank, 0.6 + 0.4 * generator.random())
    return np.log(rows).astype(np.float32)
