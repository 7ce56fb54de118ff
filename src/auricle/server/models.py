"""The models that a server has loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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

    def __iter__(self) -> Any:
        return iter(self._models.values())

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

    def listing(self) -> dict[str, Any]:
        """Return the answer to `GET /v1/models`."""
        return {"object": "list", "data": [describe(name, m) for name, m in self._models.items()]}


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
