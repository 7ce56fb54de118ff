"""The models that a server has loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from auricle.errors import OptionError
from auricle.model import Model
from auricle.server.problems import Problem

# What clients of OpenAI's API ask for when nobody told them another name.
_DEFAULT_NAMES = ("", "default", "whisper-1")


class Models:
    """Models by their names; the first one is the default.

    Args:
        models: At least one.
    """

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = dict(models)
        self.default = next(iter(self._models.values()))

    def __iter__(self) -> Iterator[tuple[str, Model]]:
        return iter(self._models.items())

    def find(self, name: object) -> Model:
        """Return the model of a name.

        Raises:
            Problem: There is none.
        """
        if name is None or name in _DEFAULT_NAMES:
            return self.default
        if not isinstance(name, str) or name not in self._models:
            raise Problem(
                "unknown_model",
                f"there is no model {str(name)[:80]!r}; there are: {', '.join(self._models)}",
                "model",
            )
        return self._models[name]

    def name_of(self, model: Model) -> str:
        """Return what clients call a model."""
        return next(name for name, one in self._models.items() if one is model)

    def listing(self) -> dict[str, Any]:
        """Return the answer to `GET /v1/models`."""
        return {"object": "list", "data": [describe(name, m) for name, m in self._models.items()]}


def load_models(choices: Iterable[str]) -> dict[str, Model]:
    """Load models; clients know each by its own name, or its folder's or file's without the ending.

    Args:
        choices: Names, folders or packed files.

    Raises:
        ModelError: One cannot be loaded.
        OptionError: Two would have one name.
    """
    import auricle

    models: dict[str, Model] = {}
    for choice in choices:
        name = _short_name(Path(choice))
        if name in models:
            raise OptionError(
                f"{choice}: there is a model {name!r} already; rename its folder or file"
            )
        models[name] = auricle.load(choice)
    return models


def _short_name(choice: Path) -> str:
    return choice.stem if choice.is_file() else choice.absolute().name


def describe(name: str, model: Model) -> dict[str, Any]:
    """Return a model as `GET /v1/models/NAME` shows it."""
    return {
        "id": name,
        "object": "model",
        "created": 0,
        "owned_by": "auricle",
        "language": model.language,
        "separator": model.vocabulary.separator,
        "sample_rate": model.sample_rate,
        "version": model.info.version,
        "licence": model.info.licence,
        "description": model.info.description,
    }
