"""A context with all its continuations seen had a back-off of -inf, which ARPA cannot hold."""

from auricle import lm


def test_a_model_with_an_exhausted_context_survives_export_and_import(tmp_path):
    (tmp_path / "text.txt").write_text("a\na\nb\na a b\n")
    exact = lm.ScorerOptions(bits=32)
    options = lm.BuildOptions(order=3, discount_fallback=True, scorer=exact)
    lm.build([tmp_path / "text.txt"], tmp_path / "built.lm", options)
    lm.to_arpa(tmp_path / "built.lm", tmp_path / "model.arpa")
    assert "inf" not in (tmp_path / "model.arpa").read_text()
    lm.from_arpa(tmp_path / "model.arpa", tmp_path / "again.lm", exact)
    assert (tmp_path / "again.lm").read_bytes() == (tmp_path / "built.lm").read_bytes()
