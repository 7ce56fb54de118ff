"""The options that say how subtitles are laid out: one for each rule of `SubtitleLayout`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import click

from auricle.subtitles import SubtitleLayout

Command = TypeVar("Command", bound=Callable[..., Any])

_HELP = {
    "max_line_width": "Characters in a line of srt and vtt.",
    "max_lines": "Lines in a subtitle of srt and vtt.",
    "reading_speed": "Characters a second at most, where the speech leaves the time.",
    "min_duration": "Seconds that a subtitle is shown at least.",
    "max_duration": "Seconds that a subtitle is shown at most.",
    "min_gap": "Seconds between two subtitles at least.",
    "flicker_gap": "Seconds below which a gap is closed, up to --min-gap.",
}


def layout_options(command: Command) -> Command:
    """Add an option for each rule."""
    for rule in reversed(fields(SubtitleLayout)):
        command = click.option(
            f"--{rule.name.replace('_', '-')}",
            type=type(rule.default),
            default=rule.default,
            show_default=True,
            help=_HELP[rule.name],
        )(command)
    return command


def take_layout(values: dict[str, Any]) -> SubtitleLayout:
    """Return the layout that the options say, and take them out of the values of a command.

    Raises:
        OptionError: A rule is outside its range.
    """
    return SubtitleLayout(**{rule.name: values.pop(rule.name) for rule in fields(SubtitleLayout)})
