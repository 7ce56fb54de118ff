"""A network whose outputs have the prior of its tokens taken off.

CTC trains a network to give log p(token | sound), in which the language of its training texts has
a part: it prefers the blank and common letters. The scorer knows the language better, and what
both know counts twice. So the outputs are divided by the prior to a power,

    log p(token | sound) - scale * log p(token), normalised again,

as hybrid recognisers divide by the prior of their states (Bourlard and Morgan, 1994) and Miao et
al. (2015) do with CTC. The prior is the mean of what the network gives over recordings. It is a
matter of the head's biases alone, and costs nothing where the model runs.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from auricle.manifest import Utterance, read_utterance
from auricle.training.network import Network

_LONGEST_SECONDS = 1800.0  # of recordings that the prior is measured on
LEAST_PROBABILITY = 1e-5  # a token that never comes is not rarer than this


def token_prior(network: Network, recordings: Sequence[Utterance]) -> Tensor:
    """Return the mean probability of each token in the network's first output, float32 (V,).

    Args:
        network: In evaluation mode.
        recordings: To measure on; of many the first half an hour.

    Raises:
        AudioError: A recording cannot be read.
    """
    options = network.options
    rate = options.features.sample_rate
    multiple = options.chunk_steps * options.step_samples
    sums, frames, seconds = torch.zeros(options.heads[0].vocabulary_size), 0, 0.0
    for recording in recordings:
        if seconds >= _LONGEST_SECONDS:
            break
        samples = read_utterance(recording, rate)
        seconds += len(samples) / rate
        samples = np.pad(samples, (0, -len(samples) % multiple))[None]
        with torch.no_grad():
            log_probs, _ = network(torch.from_numpy(samples), network.initial_state(1))
        heard = log_probs[0, options.delay_frames :].exp()
        sums, frames = sums + heard.sum(dim=0), frames + len(heard)
    return (sums / max(1, frames)).clamp(min=LEAST_PROBABILITY)


def without_prior(network: Network, prior: Tensor, scale: float) -> Network:
    """Return a copy of a network with `scale` times the logarithm of the prior off its outputs."""
    changed = copy.deepcopy(network)
    biases = changed.state_dict()["heads.0.output.bias"]  # (rows V,), shared with the network
    biases -= scale * prior.log().repeat(network.options.rows)
    return changed
