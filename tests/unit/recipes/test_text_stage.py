from pathlib import Path

import numpy as np
from decontaminate import eval_ngrams
from text import ReadBooks, documents, judge

READ = ReadBooks(frozenset({158}), frozenset({"emma", "northanger abbey"}), frozenset({"a/b.txt"}))


def head(**changes: object) -> dict[str, object]:
    return {"source": "gutenberg", "name": "x", "titles": ["X"], "number": None, **changes}


def test_read_books_are_known_by_number_path_and_title() -> None:
    assert READ.includes(head(number=158))
    assert READ.includes(head(name="a/b.txt"))
    assert READ.includes(head(titles=["Emma: A Novel"]))
    assert not READ.includes(head(titles=["Emmas"], number=159))


def test_novels_are_known_by_a_word_of_the_title() -> None:
    assert READ.includes(head(source="novels", titles=["Northanger"]))
    assert not READ.includes(head(source="novels", titles=["Anger"]))


def test_removed_documents_have_their_reason(tmp_path: Path) -> None:
    numbers = np.random.default_rng(0).integers(0, 1000, (5, 4000))
    texts = [" ".join(f"w{chr(97 + n % 26)}{n}" for n in row) for row in numbers.tolist()]
    entries = {
        "kept": ("", texts[0]),
        "again": ("", texts[0][: len(texts[0]) // 2]),
        "copyrighted": ("copyrighted", texts[1]),
        "Emma": ("", texts[2]),
        "copy of Emma": ("", texts[2]),
    }
    path = tmp_path / "source.txt"
    with path.open("w") as file:
        for name, (unusable, text) in entries.items():
            fields = f'"name": "{name}", "titles": ["{name}"], "number": null'
            file.write(
                f'{{"source": "s", {fields}, "unusable": "{unusable}", "unspelt": 0}}\n{text}\n'
            )
    assert [entry["name"] for entry, _ in documents(path)] == list(entries)
    reasons = judge([path], READ, eval_ngrams([]))
    assert {name: reasons["s", name] for name in entries} == {
        "kept": "",
        "again": "repeats others",
        "copyrighted": "copyrighted",
        "Emma": "read in LibriSpeech dev or test",
        "copy of Emma": "repeats others",
    }


def test_a_book_with_many_lines_of_the_references_is_one_of_those_read(tmp_path: Path) -> None:
    lines = [" ".join(f"n{i}" for i in range(j, j + 9)) for j in range(0, 300, 10)]
    path = tmp_path / "source.txt"
    fields = '"source": "s", "name": "n", "titles": [], "number": null, "unusable": ""'
    path.write_text("\n".join([f'{{{fields}, "unspelt": 0}}', *lines, ""]))
    read = "read in LibriSpeech dev or test"
    assert judge([path], READ, eval_ngrams(lines[:3])) == {("s", "n"): ""}
    assert judge([path], READ, eval_ngrams(lines[:12])) == {("s", "n"): read}
