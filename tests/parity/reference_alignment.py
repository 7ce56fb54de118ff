"""Forced alignment in plain Python: every state at every frame, whole paths kept.

The text is a list of words, each a list of spellings, each a list of tokens. A path is a list of
what was taken: ("unit", word, token, first frame, end frame), ("filler", first frame, end frame).
core/include/auricle/align.h has the objective.
"""

from __future__ import annotations

import math

NEVER = -math.inf


def align(log_probs, words, blank, separators, costs):
    """Return the best score and its path.

    Args:
        log_probs: Rows of natural-log probabilities.
        words: Spellings of each word in tokens.
        blank: Token between units.
        separators: Tokens that may stand between words, the blank among them.
        costs: (skip, each skipped word, most for a skip, filler, each filler frame),
            and the weight of what speaks against a blank between words.
    """
    skip, skip_word, skip_limit, filler, filler_frame, between_weight = costs

    def skipping(count):
        return min(skip + skip_word * count, skip_limit) if count else 0.0

    # ("between", w), ("filler", w), or (w, spelling, units said, "unit" or "rest") -> score, path
    states = {("between", 0): (0.0, [])}

    def skipped(states):
        found = dict(states)
        for (kind, w, *rest), (score, path) in states.items():
            if kind != "between" or rest:
                continue
            for later in range(w + 1, len(words) + 1):
                offer(found, ("between", later), score - skipping(later - w), path)
        return found

    def offer(states, state, score, path):
        if score > states.get(state, (NEVER,))[0]:
            states[state] = (score, path)

    def leave(path, frame):
        return [*path[:-1], (*path[-1], frame)]

    states = skipped(states)
    for t, row in enumerate(log_probs):
        best = max(row)
        frame_cost = filler_frame - sum(math.exp(p) * p for p in row) + best
        following = {}

        def begin(w, token, score, path, last=None, t=t, row=row, best=best, following=following):
            for s, spelling in enumerate(words[w] if w < len(words) else []):
                if spelling[0] == token and token != last:
                    taken = [*path, ("unit", w, token, t)]
                    offer(following, (w, s, 1, "unit"), score + row[token] - best, taken)

        for state, (score, path) in states.items():
            between = between_weight * (max(row[token] for token in separators) - best)
            if state[0] == "between":
                w = state[1]
                offer(following, state, score + between, path)
                offer(following, ("filler", w), score - filler - frame_cost, [*path, ("filler", t)])
                for token in range(len(row)):
                    begin(w, token, score, path)
            elif state[0] == "filler":
                offer(following, state, score - frame_cost, path)
            else:
                w, s, said, kind = state
                spelling = words[w][s]
                token = spelling[said - 1]
                done = said == len(spelling)
                if kind == "unit":
                    offer(following, state, score + row[token] - best, path)
                    left = leave(path, t)
                    if done:
                        offer(following, ("between", w + 1), score + between, left)
                        taken = [*left, ("filler", t)]
                        offer(following, ("filler", w + 1), score - filler - frame_cost, taken)
                        for other in range(len(row)):
                            begin(w + 1, other, score, left, last=token)
                        continue
                    path = left
                rest = (w, s, said, "rest")
                offer(following, rest, score + row[blank] - best, path)
                other = spelling[said]
                if kind == "rest" or other != token:
                    taken = [*path, ("unit", w, other, t)]
                    offer(following, (w, s, said + 1, "unit"), score + row[other] - best, taken)
        for state, (score, path) in list(following.items()):
            if state[0] == "filler":
                offer(following, ("between", state[1]), score, leave(path, t + 1))
        states = skipped(following)

    ends = []
    for state, (score, path) in states.items():
        if state == ("between", len(words)):
            ends.append((score, path))
        elif len(state) == 4 and state[3] == "unit" and state[2] == len(words[state[0]][state[1]]):
            left = len(words) - state[0] - 1
            ends.append((score - skipping(left), leave(path, len(log_probs))))
    return max(ends, key=lambda end: end[0])
