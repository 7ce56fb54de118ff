from auricle import lm


def test_all_names_what_can_be_imported():
    modules = {"arpa", "building", "options", "scorer", "scratch", "text_file"}
    public = {name for name in vars(lm) if not name.startswith("_")} - modules
    assert public == set(lm.__all__)
