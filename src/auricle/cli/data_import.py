"""`auricle data import NAME ...`: a command for each corpus, made from the registries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auricle.cli.failures import debug_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auricle.manifest import Utterance
    from auricle.training.corpora import Reader
    from auricle.training.corpora.recipes import Parameter, Recipe


class _Corpora(click.Group):
    """Lists our own readers and lhotse's recipes; lhotse is loaded for those only."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from auricle.training.corpora import READERS
        from auricle.training.corpora.recipes import recipe_names

        return sorted({*READERS, *recipe_names()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from auricle.training.corpora import DEEPSPEECH_NAMES, READERS

        cmd_name = DEEPSPEECH_NAMES.get(cmd_name, cmd_name)
        if cmd_name in READERS:
            return _own_command(cmd_name, READERS[cmd_name])
        from auricle.training.corpora.recipes import find_recipe

        recipe = find_recipe(cmd_name)
        return None if recipe is None else _recipe_command(recipe)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            raise click.UsageError(
                f"no corpus is called {args[0]!r}; `auricle data import --help` lists them all. "
                "Your own recordings: use folder, table or kaldi"
            ) from None


@click.group("import", cls=_Corpora, short_help="Write the manifests of a corpus.")
@debug_option
def import_corpus() -> None:
    """Write the manifests of a corpus that lies on this machine.

    Your own recordings are read by `folder` (a .txt beside each), `table` (CSV or TSV) and `kaldi`.
    The names of DeepSpeech's importers (cv2, swb, ts, ...) are understood too.
    """


_WORKERS: dict[str, dict[str, Any]] = {
    "--jobs": {
        "type": click.IntRange(min=1),
        "default": 1,
        "show_default": True,
        "help": "Processes that look into the recordings.",
    },
    "--ray": {
        "default": "",
        "metavar": "ADDRESS",
        "help": "Spread it over the machines of a Ray cluster, as auto or 10.0.0.1:6379.",
    },
}


def worker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command say where its work is done."""
    for name, settings in reversed(_WORKERS.items()):
        command = click.option(name, **settings)(command)
    return command


def _output_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["-o", "--output"],
            required=True,
            type=click.Path(path_type=Path),
            help="A manifest .jsonl.gz for all, or a folder for one manifest each part.",
        ),
        click.Option(["--part"], help="Take this part of the corpus only, such as train."),
        click.Option(
            ["--split-by"],
            type=click.Choice(["speaker", "sentence", "utterance"]),
            help="Make parts train, dev and test anew; none of these is in two of them.",
        ),
        click.Option(["--dev"], default=0.05, show_default=True, help="Share of the new dev part."),
        click.Option(["--test"], default=0.05, show_default=True, help="Share of the test part."),
        *(click.Option([name], **settings) for name, settings in _WORKERS.items()),
    ]


def _own_command(name: str, reader: Reader) -> click.Command:
    def run(place: Path, **output: Any) -> None:
        _import(reader(place), **output)

    argument = click.Argument(["place"], type=click.Path(exists=True, path_type=Path))
    argument.metavar = "TABLE|DIR" if name == "table" else "DIR"
    summary = (reader.__doc__ or "").partition("Raises:")[0].strip()
    return click.Command(name, params=[argument, *_output_options()], callback=run, help=summary)


def _recipe_command(recipe: Recipe) -> click.Command:
    def run(**values: Any) -> None:
        output = {each.name: values.pop(each.name) for each in options if each.name is not None}
        given = {
            parameter.name: [values[parameter.name]]
            if parameter.several and parameter.required
            else values[parameter.name]
            for parameter in recipe.parameters
            if values.get(parameter.name) not in (None, ())
        }
        _import(recipe.read(given), **output)

    options = _output_options()
    names = {each.name for each in options}
    own = [_parameter(each) for each in recipe.parameters if each.name not in names]
    return click.Command(
        recipe.name,
        params=[*own, *options],
        callback=run,
        help=f"Read {recipe.name} with lhotse's recipe.",
    )


def _parameter(parameter: Parameter) -> click.Parameter:
    if parameter.required and parameter.place:
        kind = click.Path(exists=True)
        return click.Argument([parameter.name], type=kind)
    flag = f"--{parameter.name.replace('_', '-')}"
    if isinstance(parameter.default, bool):
        return click.Option(
            [f"{flag}/--no-{flag[2:]}", parameter.name],
            default=parameter.default,
            help="Of lhotse.",
        )
    known = isinstance(parameter.default, int | float | str)
    return click.Option(
        [flag, parameter.name],
        default=parameter.default if known else None,
        show_default=known,
        required=parameter.required,
        multiple=parameter.several,
        help="Of lhotse.",
    )


def _import(
    utterances: Iterator[tuple[str, Utterance]],
    output: Path,
    part: str | None,
    split_by: str | None,
    dev: float,
    test: float,
    jobs: int,
    ray: str,
) -> None:
    from auricle.manifest import MANIFEST_ENDINGS
    from auricle.training.importing import import_utterances
    from auricle.training.splits import Split
    from auricle.training.spreading import Workers

    if split_by is not None:
        utterances = Split(split_by, dev, test).divide(utterances)
    done = import_utterances(utterances, output, part=part, workers=Workers(jobs, ray))
    for path, (count, seconds) in done.manifests.items():
        click.echo(f"{path}: {count} utterances, {seconds / 3600:.2f} h")
    if split_by is not None and part is None and not output.name.endswith(MANIFEST_ENDINGS):
        _name_empty_parts({path.name for path in done.manifests}, split_by, dev, test)
    for _, why in done.failed[:10]:
        click.echo(f"auricle: left out: {why}", err=True)
    if len(done.failed) > 10:
        click.echo(f"auricle: left out: {len(done.failed) - 10} more", err=True)


def _name_empty_parts(written: set[str], split_by: str, dev: float, test: float) -> None:
    """Say which parts of a split have nothing and should have something."""
    for name, share in (("train", 1.0), ("dev", dev), ("test", test)):
        if share and f"{name}.jsonl.gz" not in written:
            click.echo(
                f"auricle: {name} is empty: no {split_by} of these few was drawn for it; give it "
                "a greater share, or --split-by utterance",
                err=True,
            )
