import numpy as np
from decontaminate import ngram_keys
from duplicates import SeenShingles, sketch
from numpy.typing import NDArray


def words(first: int, count: int) -> list[str]:
    return [f"word{i}" for i in range(first, first + count)]


def sample(words: list[str]) -> NDArray[np.uint64]:
    return sketch(ngram_keys(words))


def test_a_second_copy_repeats() -> None:
    seen = SeenShingles()
    book = sample(words(0, 5000))
    assert not seen.repeats(book)
    seen.add(book)
    assert seen.repeats(sample(words(0, 5000)))


def test_a_volume_of_a_collection_repeats_and_the_collection_of_a_volume_does_not() -> None:
    volume, collection = sample(words(10000, 5000)), sample(words(0, 30000))
    seen = SeenShingles()
    seen.add(volume)
    assert not seen.repeats(collection)
    seen.add(collection)
    assert seen.repeats(volume)


def test_a_quotation_is_no_repetition() -> None:
    seen = SeenShingles()
    seen.add(sample(words(0, 5000)))
    assert not seen.repeats(sample([*words(100000, 5000), *words(0, 1000)]))
