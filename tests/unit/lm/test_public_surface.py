from types import ModuleType

from auricle import lm


def test_all_names_what_can_be_imported():
    public = {
        name
        for name, value in vars(lm).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(lm.__all__)
