"""An n-gram that an ARPA file left out got a probability above 1 from a back-off above 1.

What was exported then could not be imported again. Found by the fuzzer of ARPA files.
"""

from __future__ import annotations

from pathlib import Path

from auricle import lm

TEXT = r"""\data\
ngram 1=5
ngram 2=1
ngram 3=1

\1-grams:
-2.0	<unk>	0
-1	<s>	-0.4
-1	</s>
-0.5	a	327
-1.1	b	327

\2-grams:
-0.3	<s> a	-0.1

\3-grams:
-0.1	<s> b b

\end\
"""


def test_what_is_filled_in_is_a_probability(tmp_path: Path) -> None:
    (tmp_path / "model.arpa").write_text(TEXT)
    exact = lm.ScorerOptions(bits=32)
    lm.from_arpa(tmp_path / "model.arpa", tmp_path / "first.lm", exact)
    lm.to_arpa(tmp_path / "first.lm", tmp_path / "again.arpa")
    lm.from_arpa(tmp_path / "again.arpa", tmp_path / "second.lm", exact)
    assert (tmp_path / "second.lm").read_bytes() == (tmp_path / "first.lm").read_bytes()
