"""How often words that a listener was shown change afterwards.

    python benchmarks/stability.py MODEL MANIFEST [--limit 50] [--block 0.1]

Recordings of MANIFEST are fed in blocks of so many seconds, as a microphone would, and the partial
text is looked at after each. The figures, over all recordings: the share of partial texts that
change a word shown before (adding words changes none, and the last word may grow while it is
spoken), words that were shown and taken back for each word of the final text (as the unstable
partial word ratio of Shangguan et al., 2020), the same without the last word shown, and how long a
word was on show before it had its last form.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

import numpy as np

import auricle
from arguments import model_and_manifest
from auricle.manifest import read_manifest, read_utterance


def changed(before: Sequence[str], after: Sequence[str], shown: int) -> int:
    """Count the words of a partial text that a later one has not; the last may have grown.

    Args:
        before: The words shown.
        after: The words shown next.
        shown: How many of `before` to look at.
    """
    count = 0
    for place, word in enumerate(before[:shown]):
        follower = after[place] if place < len(after) else ""
        grows = place == len(before) - 1 and follower.startswith(word)
        count += word != follower and not grows
    return count


def main() -> None:
    parser = model_and_manifest(__doc__, limit=50)
    parser.add_argument("--block", type=float, default=0.1, help="seconds in a block")
    arguments = parser.parse_args()
    model = auricle.load(arguments.model)
    size = int(arguments.block * model.sample_rate)
    partials = revisions = taken_back = taken_back_inner = words = 0
    settled: list[float] = []
    for utterance in read_manifest(arguments.manifest)[: arguments.limit]:
        samples = read_utterance(utterance, model.sample_rate)
        stream = model.stream()
        history: list[list[str]] = []
        for start in range(0, len(samples), size):
            stream.feed(samples[start : start + size])
            history.append(stream.partial().text.split())
        history.append(stream.finish().text.split())
        for before, after in itertools.pairwise(history):
            back = changed(before, after, len(before))
            partials += 1
            revisions += back > 0
            taken_back += back
            taken_back_inner += changed(before, after, len(before) - 1)
        words += len(history[-1])
        for place, word in enumerate(history[-1]):
            shown = [len(partial) > place for partial in history]
            final = [partial[place : place + 1] == [word] for partial in history]
            last_change = max((n for n, same in enumerate(final) if not same), default=-1) + 1
            settled.append((last_change - shown.index(True)) * arguments.block)
    figures = {
        "utterances": arguments.limit,
        "words": words,
        "partial_texts": partials,
        "share_that_change_a_word": round(revisions / partials, 4),
        "words_taken_back_per_word": round(taken_back / words, 4),
        "without_the_last_word": round(taken_back_inner / words, 4),
        "seconds_until_settled_median": round(float(np.median(np.maximum(settled, 0.0))), 2),
        "seconds_until_settled_p90": round(float(np.percentile(np.maximum(settled, 0.0), 90)), 2),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
