"""The old Stream."""

import numpy as np
import pytest

from hearing import streamed_at_once

LATER_CALLS = {
    "feedAudioContent": (np.zeros(160, np.int16),),
    "intermediateDecode": (),
    "intermediateDecodeWithMetadata": (),
    "finishStream": (),
    "finishStreamWithMetadata": (),
    "freeStream": (),
}


def text_of(metadata) -> str:
    return "".join(token.text for token in metadata.transcripts[0].tokens)


def test_blocks_give_the_text_of_the_whole(ds, speech):
    stream = ds.createStream()
    for start in range(0, len(speech), 1000):
        stream.feedAudioContent(speech[start : start + 1000])
    assert stream.finishStream() == streamed_at_once(ds, speech)


def test_metadata_is_that_of_the_whole(ds, speech):
    stream = ds.createStream()
    stream.feedAudioContent(speech.tobytes())
    readings = stream.finishStreamWithMetadata(3).transcripts
    pieces = ds.createStream()
    for at in range(0, len(speech), 977):
        pieces.feedAudioContent(speech[at : at + 977])
    assert pieces.finishStreamWithMetadata(3).transcripts == readings


def test_the_text_grows_while_audio_arrives(ds, speech):
    stream = ds.createStream()
    assert stream.intermediateDecode() == ""
    assert text_of(stream.intermediateDecodeWithMetadata()) == ""
    stream.feedAudioContent(speech[: len(speech) // 2])
    half = stream.intermediateDecode()
    assert text_of(stream.intermediateDecodeWithMetadata()) == half != ""
    stream.feedAudioContent(speech[len(speech) // 2 :])
    assert len(stream.finishStream()) > len(half)


def test_intermediate_metadata_spells_open_and_ended_segments(ds, speech):
    stream = ds.createStream()
    stream.feedAudioContent(np.concatenate([speech, np.zeros(32_000, np.int16), speech]))
    metadata = stream.intermediateDecodeWithMetadata(3)
    assert text_of(metadata) == stream.intermediateDecode()
    assert 1 < len(metadata.transcripts) <= 3


def test_asking_changes_nothing(ds, speech):
    stream = ds.createStream()
    for start in range(0, len(speech), 8000):
        stream.feedAudioContent(speech[start : start + 8000])
        stream.intermediateDecode()
        stream.intermediateDecodeWithMetadata(2)
    assert stream.finishStream() == streamed_at_once(ds, speech)


@pytest.mark.parametrize("end", ["finishStream", "finishStreamWithMetadata", "freeStream"])
@pytest.mark.parametrize("call", LATER_CALLS)
def test_an_ended_stream_is_of_no_more_use(ds, end, call):
    stream = ds.createStream()
    getattr(stream, end)()
    with pytest.raises(RuntimeError, match=r"finished or freed.*createStream"):
        getattr(stream, call)(*LATER_CALLS[call])


def test_a_wrong_call_does_not_end_the_stream(ds, speech):
    stream = ds.createStream()
    stream.feedAudioContent(speech)
    with pytest.raises(TypeError):
        stream.feedAudioContent(speech.astype(np.float32))
    with pytest.raises(ValueError, match="num_results"):
        stream.finishStreamWithMetadata(-1)
    assert stream.finishStream() == streamed_at_once(ds, speech)


def test_settings_of_the_model_reach_later_streams_only(own_ds, speech):
    own_ds.enableExternalScorer("en")
    before = own_ds.createStream()
    own_ds.addHotWord("voice", -20.0)
    after = own_ds.createStream()
    for stream in (before, after):
        stream.feedAudioContent(speech)
    heard = before.finishStream()
    assert "voice" in heard.split()
    assert "voice" not in after.finishStream().split()
