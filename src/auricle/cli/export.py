"""`auricle export`: a run becomes a model package."""

from __future__ import annotations

from pathlib import Path

import click

from auricle.cli.failures import debug_option
from auricle.errors import DependencyError


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR|FILE")
@click.option(
    "--mix",
    type=(str, float),
    multiple=True,
    metavar="MODEL SHARE",
    help="Another model, whose weights have this share of the mean; several times for several.",
)
@click.option("--scorer", type=click.Path(exists=True, path_type=Path), help="A scorer.lm.")
@click.option("--float32", is_flag=True, help="Keep all weights in float32.")
@click.option(
    "--prior-scale",
    type=click.FloatRange(0.0, 1.0),
    default=0.0,
    show_default=True,
    help="How much of the units' prior to take off: 0.3 to 0.5 may suit a scorer better.",
)
@click.option(
    "--second-pass",
    type=click.FloatRange(0.0, 1.0),
    default=0.0,
    show_default=True,
    help="What the phones of the second head count, once a segment has ended; 0 leaves them out.",
)
@debug_option
def export(
    folder: Path,
    output: Path,
    mix: tuple[tuple[str, float], ...],
    scorer: Path | None,
    float32: bool,
    prior_scale: float,
    second_pass: float,
) -> None:
    """Write the model package of a run, after comparing its graph with torch.

    The output is a package folder, or one file if it ends in .auricle. It holds the mean of the
    run's best checkpoints, the weights that finetuning begins with, and a model card to fill in.
    With --mix these are the mean with those of other models, such as the one the run began with.
    """
    try:
        from auricle.training.packaging import export_run
    except ModuleNotFoundError as error:
        raise DependencyError(
            f"exporting needs {error.name}: pip install 'auricle[train]'"
        ) from error
    from auricle.package import pack

    packed = output.suffix == ".auricle"
    target = output.with_suffix("") if packed else output
    done = export_run(
        folder,
        target,
        mix=mix,
        scorer=scorer,
        int8=not float32,
        prior_scale=prior_scale,
        second_pass=second_pass,
    )
    click.echo(f"averaged {len(done.checkpoints)} checkpoints: {', '.join(done.checkpoints)}")
    click.echo(f"float32 graph from torch, probabilities: {done.float_difference:.1e}")
    if done.int8_difference is not None:
        click.echo(f"int8 from float32, probabilities: {done.int8_difference:.1e}")
    if packed:
        pack(target, output)
    click.echo(f"auricle: wrote {output}; try `auricle transcribe -m {output} RECORDING`")
