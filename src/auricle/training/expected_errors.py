"""Training on the words that come out wrong (minimum word error rate; Prabhavalkar et al., 2018).

    log-probabilities of a row -> the search of a package, with its scorer and its second pass
    -> its likeliest texts W, with their scores s(W) and their wrong words e(W)
    -> the errors to be expected: sum over W of softmax(s)(W) e(W)

The CTC loss asks for the letters of the transcript, whatever the scorer knows. The errors to be
expected ask that texts with errors lose against texts with fewer, and leave alone what the scorer
mends by itself. They are used beside the CTC losses, on a network that has learnt from those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jiwer
import torch
from torch import Tensor

from auricle.decoder import Decoder, DecodingOptions, Lexicon, open_scorer
from auricle.errors import OptionError
from auricle.model import vocabulary_of
from auricle.package import Package, find_package
from auricle.training.ctc import ctc_losses
from auricle.training.prior import LEAST_PROBABILITY
from auricle.training.sections import check_above_zero, check_least
from auricle.training.units import Units


@dataclass(frozen=True)
class ExpectedErrorOptions:
    """How the errors to be expected count."""

    weight: float = 0.0  # of the errors per word, beside the CTC losses; 0: they are not looked at
    model: str = ""  # package whose scorer and second pass the search takes
    texts: int = 10  # that the search gives for a row
    beam_width: int = 64
    beam_margin: float = 10.0  # natural log
    sharpness: float = 1.0  # of the softmax over the texts' scores
    prior_scale: float = 0.0  # of the tokens' prior, taken off before the search

    def __post_init__(self) -> None:
        check_least(self, "expected_errors", weight=0, texts=2, beam_width=2, prior_scale=0)
        check_above_zero(self, "expected_errors", "beam_margin", "sharpness")
        if self.weight and not self.model:
            raise OptionError("[expected_errors] needs a model, whose scorer the search takes")


@dataclass(frozen=True)
class _Found:
    """A text that the search gives for a row."""

    row: int
    score: float  # natural log
    wrong: float  # words
    spellings: list[list[int]]  # in the units of each head


class ExpectedErrors:
    """The errors to be expected from the search of a package over a network's outputs."""

    def __init__(self, options: ExpectedErrorOptions, units: Sequence[Units]) -> None:
        """Open the package.

        Args:
            options: How to search.
            units: Of the network's heads. The first, and the second where the package has a second
                pass, must be the package's.

        Raises:
            ModelError: There is no such package, or it has no scorer.
            OptionError: Its units are others.
        """
        self.options = options
        package = Package(find_package(options.model))
        second = package.info.second_pass
        outputs = [package.info.units.tokens, *([second.tokens] if second else [])]
        for place, tokens in enumerate(outputs):
            if place >= len(units) or list(tokens) != units[place].tokens:
                raise OptionError(
                    f"[expected_errors] model = {options.model!r}: output {place + 1} of the model "
                    "has other units than that head"
                )
        vocabulary = vocabulary_of(package)
        self._decoder = Decoder(
            vocabulary,
            open_scorer(package.scorer_file(), vocabulary),
            DecodingOptions(
                beam_width=options.beam_width,
                beam_margin=options.beam_margin,
                alternatives=options.texts,
            ),
        )
        self._spaces = vocabulary.spaces
        self._spelt = units[0]
        self._said = _FirstWays(vocabulary.second_pass.lexicon) if vocabulary.second_pass else None
        self._shares = [1.0] if second is None else [1.0 - second.weight, second.weight]

    def sums(
        self, outputs: Sequence[Tensor], frames: Tensor, texts: Sequence[str]
    ) -> tuple[Tensor, int]:
        """Return the errors to be expected in rows, and the words that were said in them.

        In languages without spaces words are characters.

        Args:
            outputs: Log-probabilities of each head, float32 (B, T, V).
            frames: int64 (B,), how many of a row's T frames count.
            texts: What was said; a row without a text counts nothing.

        Returns:
            float32 (), differentiable by the outputs; a number of words.
        """
        heads = [self._without_prior(outputs[0], frames), *outputs[1 : len(self._shares)]]
        words = sum(len(self._parted(text).split()) for text in texts)
        found = list(self._find(heads, frames, texts))
        if not found:
            return outputs[0].new_zeros(()), words
        rows = torch.tensor([text.row for text in found], device=frames.device)
        heard = [
            -share * ctc_losses(head[rows], frames[rows], [text.spellings[n] for text in found])
            for n, (share, head) in enumerate(zip(self._shares, heads, strict=True))
        ]
        # The scores are the search's; how they change with the outputs is told by what was heard.
        scores = torch.tensor([text.score for text in found], device=frames.device)
        scores = scores + torch.stack([each - each.detach() for each in heard]).sum(0)
        wrong = scores.new_tensor([text.wrong for text in found])
        expected = []
        for row in {text.row for text in found}:
            own = rows == row
            weights = (self.options.sharpness * scores[own]).softmax(0)
            expected.append((weights * wrong[own]).sum())
        return torch.stack(expected).sum(), words

    def _find(
        self, heads: Sequence[Tensor], frames: Tensor, texts: Sequence[str]
    ) -> Iterator[_Found]:
        """Yield the likeliest texts of every row."""
        columns = torch.cat([head.detach() for head in heads], dim=-1).cpu().numpy()
        for row, text in enumerate(texts):
            if not text:
                continue
            self._decoder.reset()
            self._decoder.step(columns[row, : frames[row]])
            for segment in self._decoder.finish():
                for each in segment.alternatives:
                    spellings = self._spellings(each.text)
                    if spellings is not None:
                        wrong, _ = word_errors([self._parted(text)], [self._parted(each.text)])
                        yield _Found(row, each.score, wrong, spellings)

    def _without_prior(self, log_probs: Tensor, frames: Tensor) -> Tensor:
        if not self.options.prior_scale:
            return log_probs
        places = torch.arange(log_probs.shape[1], device=frames.device)
        counted = log_probs.detach()[places < frames[:, None]]
        prior = counted.exp().mean(0).clamp(min=LEAST_PROBABILITY)
        return (log_probs - self.options.prior_scale * prior.log()).log_softmax(-1)

    def _parted(self, text: str) -> str:
        return text if self._spaces else " ".join(text.replace(" ", ""))

    def _spellings(self, text: str) -> list[list[int]] | None:
        """Return a text in the units of each head; None where a word has no phones."""
        letters = self._spelt.encode(text)
        if self._said is None:
            return [letters]
        ways = [self._said[word] for word in text.split()]
        return [letters, [phone for way in ways for phone in way]] if all(ways) else None


class _FirstWays(dict[str, list[int]]):
    """The first way to say each word, in phones; none for a word that the lexicon lacks."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, word: str) -> list[int]:
        self[word] = next(iter(self._lexicon.spellings(word)), [])
        return self[word]


def word_errors(references: Sequence[str], hypotheses: Sequence[str]) -> tuple[float, float]:
    """Return how many words are wrong in hypotheses, and how many the references have."""
    if not references:
        return 0.0, 0.0
    found = jiwer.process_words(list(references), list(hypotheses))
    missed = found.substitutions + found.deletions
    return float(missed + found.insertions), float(missed + found.hits)
