r"""From the files of DeepSpeech or Coqui STT to a model package.

output_graph.pb, .pbmm -> graphdef_file \\
    output_graph.tflite    -> tflite_file   -> acoustic_model -> graph -> acoustic.onnx
kenlm.scorer           -> scorer                                   -> scorer.lm
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx

from auricle.acoustic import AcousticGraph
from auricle.conversion.acoustic_model import AcousticModel
from auricle.conversion.graph import FRONT_END, build, describe
from auricle.conversion.graphdef_file import read_graphdef
from auricle.conversion.scorer import ConvertedScorer, convert_scorer
from auricle.conversion.tflite_file import read_tflite
from auricle.decoder import Vocabulary
from auricle.errors import ModelError
from auricle.lm.scratch import move, scratch_folder
from auricle.package import DESCRIPTION, PackageInfo, Units, write_package
from auricle.quantisation import quantise

SCORER_FILE = "scorer.lm"
NO_MARGIN = 1000.0
"""DeepSpeech's search has none: its beam is bounded by its width alone."""
UNKNOWN_LICENCE = "that of the model it was converted from"
_TFLITE_MAGIC = b"TFL3"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_KENLM_MAGIC = b"mmap lm"


@dataclass(frozen=True)
class Naming:
    """What the package says of itself."""

    name: str
    language: str | None = None  # None: as the model says
    version: str = "0.1.0"
    licence: str = UNKNOWN_LICENCE


@dataclass(frozen=True)
class Converted:
    """What a conversion did."""

    info: PackageInfo
    model: AcousticModel
    scorer: ConvertedScorer | None


def read_model(path: Path) -> AcousticModel:
    """Read an exported acoustic model, of a kind that is told by its content.

    Raises:
        ModelError: The file is missing or damaged, or no model of DeepSpeech 0.7 to 0.9 or Coqui.
        DependencyError: A package that reads files of its kind is not installed.
    """
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        if head.startswith(_KENLM_MAGIC):
            raise ModelError("it is a scorer; give it with --scorer, and the acoustic model first")
        return read_tflite(path) if head[4:] == _TFLITE_MAGIC else read_graphdef(path)
    except ModelError as error:
        raise type(error)(f"{path}: {error}") from error


def units_of(model: AcousticModel) -> Units:
    """Return what the model spells in, the blank last.

    Raises:
        ModelError: A label is no text.
    """
    if model.spells_bytes:
        tokens = [f"<0x{label[0]:02X}>" for label in model.labels]
        return Units("bytes", "none", len(tokens), (*tokens, "<blank>"))
    try:
        tokens = [label.decode("utf-8") for label in model.labels]
    except UnicodeDecodeError as error:
        raise ModelError(f"its alphabet is not UTF-8 ({error})") from error
    boundary = "separator" if " " in tokens else "none"
    return Units("characters", boundary, len(tokens), (*tokens, "<blank>"), single_separators=True)


def convert(
    graph: Path, target: Path, naming: Naming, *, scorer: Path | None = None, int8: bool = False
) -> Converted:
    """Write a package folder.

    Args:
        graph: output_graph.pb, .pbmm or .tflite.
        target: Folder of the package, which appears when all of it is ready.
        naming: What the package says of itself.
        scorer: The .scorer that belongs to the model.
        int8: Round the weights to 8 bits, which makes the model four times smaller and faster.

    Raises:
        ModelError: A file is damaged, of another kind or version; the message names it.
        ScorerError: The scorer does not belong to the model.
        DependencyError: A package that reads files of its kind is not installed.
    """
    model = read_model(graph)
    units = units_of(model)
    vocabulary = Vocabulary(units.tokens, blank=units.blank, boundary=units.boundary)
    language = naming.language or _language(model.language)
    info = PackageInfo(
        name=naming.name,
        version=naming.version,
        language=language,
        licence=naming.licence,
        description=f"converted from {graph.name}, a model of DeepSpeech or Coqui STT",
        normaliser="whitespace",
        units=units,
        acoustic=describe(model),
        beam_margin=NO_MARGIN,
        token_margin=NO_MARGIN,
        training={"converted_from": graph.name, "weights_stored_as": model.stored_as},
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(target.parent) as scratch:
        made, done = scratch / "package", None
        made.mkdir()
        _write_graph(model, info, made, int8=int8)
        if scorer is not None:
            done = convert_scorer(
                scorer,
                made / SCORER_FILE,
                model.labels,
                fingerprint=vocabulary.fingerprint,
                language=language,
            )
            info = replace(info, scorer=SCORER_FILE)
        info = write_package(info, made)
        target.mkdir(exist_ok=True)
        for name in (*info.checksums, DESCRIPTION):
            move(made / name, target / name)
    return Converted(info, model, done)


def _language(tag: str) -> str:
    """Return the model's tag; exports that were told none hold a placeholder."""
    return tag if _LANGUAGE.fullmatch(tag) else "und"


def _write_graph(model: AcousticModel, info: PackageInfo, target: Path, *, int8: bool) -> None:
    path = target / info.acoustic.file
    made = build(model)
    if int8:
        with tempfile.TemporaryDirectory() as scratch:
            exact = Path(scratch) / "float.onnx"
            onnx.save(made, exact)
            quantise(exact, path, but_for=f"{FRONT_END}/")
    else:
        onnx.save(made, path)
    graph = AcousticGraph(path, info.acoustic)
    chunk = info.acoustic.chunk_frames * info.acoustic.frame_samples
    log_probs, _ = graph.run(np.zeros((1, chunk), np.float32), graph.initial_states())
    assert log_probs.shape == (1, info.acoustic.chunk_frames, len(info.units.tokens))
