"""A run ends with a look at the dev set, so that its last weights can be chosen."""

import dataclasses

import pytest

pytest.importorskip("lightning")

from auricle.training.fitting import train

# Of torch and lightning about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize(("every", "steps"), [(2, 3), (3, 3), (100, 3)])
def test_the_last_step_is_looked_at_once(options, tmp_path, every, steps):
    run = dataclasses.replace(
        options,
        optimiser=dataclasses.replace(options.optimiser, steps=steps),
        checkpoints=dataclasses.replace(options.checkpoints, dev_every_steps=every),
    )
    train(run, tmp_path / "run")
    looked = sorted((tmp_path / "run").glob("dev-*.ckpt"))
    assert [path.name.split("-")[1] for path in looked] == [
        f"step={step}" for step in range(1, steps + 1) if step % every == 0 or step == steps
    ]
