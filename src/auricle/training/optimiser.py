"""How the weights are found: AdamW, or Muon for the matrices and AdamW for the rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Muon, Optimizer

from auricle.errors import OptionError
from auricle.training.sections import check_above_zero, check_least

_BETAS = (0.9, 0.98)


@dataclass(frozen=True)
class OptimiserOptions:
    """An optimiser with a linear warm-up, a constant rate, and a linear decay to a hundredth.

    A run that ends in its constant part goes on as if it had never stopped (Hägele et al., 2024).
    """

    kind: str = "adamw"  # or "muon"
    steps: int = 5000
    warm_up_steps: int = 300
    decay_steps: int = 1500
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    gradient_norm: float = 2.0
    seed: int = 1
    skipped: int = 20  # batches without a finite loss and gradient, before a run gives up

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise OptionError(f"[optimiser] kind = {self.kind!r}; there are {', '.join(_KINDS)}")
        check_least(
            self,
            "optimiser",
            steps=1,
            warm_up_steps=0,
            decay_steps=0,
            weight_decay=0,
            seed=0,
            skipped=0,
        )
        check_above_zero(self, "optimiser", "learning_rate", "gradient_norm")

    def rate_at(self, step: int) -> float:
        """Return the factor of the learning rate at a step."""
        if step < self.warm_up_steps:
            return (step + 1) / self.warm_up_steps
        left = (self.steps - step) / max(1, self.decay_steps)
        return min(1.0, max(0.01, left))


class PreciseMuon(Muon):
    """torch's Muon in the precision of its matrices, where that computes in bfloat16 always.

    A processor without bfloat16 needs four times as long for that as for float32.
    """

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take a step."""
        for group in self.param_groups:
            lr, momentum = group["lr"], group["momentum"]
            for matrix in group["params"]:
                if matrix.grad is None:
                    continue
                state = self.state[matrix]
                if not state:
                    state["momentum_buffer"] = torch.zeros_like(matrix.grad)
                mean = state["momentum_buffer"].lerp_(matrix.grad, 1 - momentum)
                update = orthogonal(
                    matrix.grad.lerp(mean, momentum), group["ns_coefficients"], group["ns_steps"]
                )
                matrix.mul_(1 - lr * group["weight_decay"])
                matrix.add_(update, alpha=-lr * 0.2 * math.sqrt(max(matrix.shape)))


def orthogonal(matrix: Tensor, coefficients: tuple[float, float, float], iterations: int) -> Tensor:
    """Bring all singular values of a matrix near 1 (Newton and Schulz's iteration)."""
    a, b, c = coefficients
    wide = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(iterations):
        gram = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide.T if matrix.shape[0] > matrix.shape[1] else wide


def _has_bfloat16(device: torch.device) -> bool:
    """Say whether a device computes in bfloat16 faster than in float32."""
    if device.type != "cpu":
        return True
    able = torch.cpu.get_capabilities()
    return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


class MuonWithAdamW(Optimizer):
    """Muon for the matrices between layers, AdamW for heads, convolutions, biases and scales.

    Muon makes every update of a matrix orthogonal (Jordan et al., 2024). Its steps are scaled to
    the size of AdamW's, so that one learning rate serves both (Liu et al., 2025).
    """

    def __init__(
        self,
        matrices: list[nn.Parameter],
        others: list[nn.Parameter],
        lr: float,
        weight_decay: float,
    ) -> None:
        """Set up both.

        Args:
            matrices: For Muon.
            others: For AdamW.
            lr: Learning rate of both.
            weight_decay: Of both.
        """
        kind = Muon if _has_bfloat16(matrices[0].device) else PreciseMuon
        self.parts: tuple[Optimizer, ...] = (
            kind(matrices, lr=lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"),
            _adamw(others, lr, weight_decay),
        )
        super().__init__([{"params": matrices}, {"params": others}], {"lr": lr})
        self._share()

    def _share(self) -> None:
        """Let the schedule, which sets the rates of our groups, set those of the parts."""
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """Take a step with both."""
        loss = None if closure is None else closure()
        for part in self.parts:
            part.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        return {"parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up what a checkpoint kept."""
        for part, kept in zip(self.parts, state_dict["parts"], strict=True):
            part.load_state_dict(kept)
        self._share()


def _adamw(parameters: list[nn.Parameter], lr: float, weight_decay: float) -> AdamW:
    """Return AdamW, on a CPU all in one pass."""
    fused = parameters[0].device.type == "cpu"
    optimiser = AdamW(parameters, lr=lr, betas=_BETAS, weight_decay=weight_decay, fused=fused)
    # Gradients are clipped before the step, so a fused step must not be what unscales them.
    optimiser._step_supports_amp_scaling = False
    return optimiser


def kind_of_state(state: Mapping[str, Any]) -> str:
    """Return the kind of the optimiser whose state it is."""
    return "muon" if "parts" in state else "adamw"


def trained_tensors(state: Mapping[str, Any]) -> int:
    """Return how many tensors the optimiser trains whose state it is."""
    parts = state.get("parts", [state])
    return sum(len(group["params"]) for part in parts for group in part["param_groups"])


_KINDS = ("adamw", "muon")


def make_optimiser(
    parameters: Iterable[tuple[str, nn.Parameter]], options: OptimiserOptions
) -> Optimizer:
    """Return the optimiser of the options for the named parameters that are to be trained."""
    lr, weight_decay = options.learning_rate, options.weight_decay
    named = [(name, each) for name, each in parameters if each.requires_grad]
    if options.kind == "adamw":
        return _adamw([each for _, each in named], lr, weight_decay)
    inner = {name for name, each in named if each.ndim == 2 and not name.startswith("heads.")}
    return MuonWithAdamW(
        [each for name, each in named if name in inner],
        [each for name, each in named if name not in inner],
        lr,
        weight_decay,
    )
