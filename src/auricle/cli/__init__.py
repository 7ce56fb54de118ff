"""The command `auricle`: each subcommand is a module of this package, imported when it is used."""

from __future__ import annotations

import importlib
from typing import Any

import click

from auricle.cli.failures import debug_option, exit_status, exit_with_status, show_failure

__all__ = ["main"]

# name: (where the command is, what `auricle --help` says of it)
_COMMANDS = {
    "transcribe": ("auricle.cli.transcribe:transcribe", "Turn recordings into text."),
    "align": ("auricle.cli.align:align", "Find when each word of a text is said."),
    "listen": ("auricle.cli.listen:listen", "Turn what the microphone hears into text, live."),
    "captions": ("auricle.cli.captions:captions", "Show large live captions for a room."),
    "serve": ("auricle.cli.serve:serve", "Serve HTTP, WebSocket and a web page."),
    "models": ("auricle.cli.models:models", "See which models are installed."),
    "evaluate": ("auricle.cli.evaluate:evaluate", "Count a model's errors, compare two models."),
    "calibrate": (
        "auricle.cli.calibrate:calibrate",
        "Let confidences and word times say what they mean.",
    ),
    "train": ("auricle.cli.train:train", "Train a model from recordings and their texts."),
    "finetune": ("auricle.cli.finetune:finetune", "Train on from what a model knows."),
    "export": ("auricle.cli.export:export", "Write the model package of a training."),
    "convert": ("auricle.cli.convert:convert", "Make packages of models of other projects."),
    "data": ("auricle.cli.data:data", "Make recordings ready for training."),
    "lm": ("auricle.cli.lm:lm", "Build and inspect scorers, which know how words follow."),
}


class _LazyGroup(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            show_failure(error)
            ctx.exit(exit_status(error))

    def main(self, *args: Any, **extra: Any) -> Any:
        run = super().main
        exit_with_status(lambda: run(*args, **{**extra, "standalone_mode": False}))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="auricle", message="auricle %(version)s")
@debug_option
def main() -> None:
    """Turn speech into text on this machine, offline."""
