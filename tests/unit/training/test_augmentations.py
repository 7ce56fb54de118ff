"""Every kind of augmentation does what its name says."""

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")
pytest.importorskip("lhotse")
pytest.importorskip("python_stretch")

from tests.conftest import SPEECH

from auricle.errors import OptionError
from auricle.training.change import Lengthening, looped, rms
from auricle.training.hearing import KINDS, apply, make_augmentation, parse_augmentation
from auricle.training.moving import Value

RATE = 16000
NOISE = (np.random.default_rng(9).standard_normal(RATE).astype(np.float32),)


@pytest.fixture(scope="module")
def speech():
    samples, rate = soundfile.read(sorted(SPEECH.glob("*.flac"))[0], dtype="float32")
    assert rate == RATE
    return samples[: 3 * RATE]


def tone(hertz, seconds=2.0):
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype("f4")


def changed(samples, text, clock=0.0):
    return apply(samples, [parse_augmentation(text, NOISE)], seed=4, clock=clock)


def highest(samples):
    """Return the frequency of a tone, Hz."""
    return np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples)


def power(samples, low, high):
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum = np.square(np.abs(np.fft.rfft(samples)))
    return spectrum[(frequencies >= low) & (frequencies < high)].sum()


@pytest.mark.parametrize(
    ("written", "at_start", "at_end"),
    [
        ("8", (8, 8), (8, 8)),
        ("8~2", (6, 10), (6, 10)),
        ("20:5", (20, 20), (5, 5)),
        ("-20:5.5~3", (-23, -17), (2.5, 8.5)),
        (".5:1e-1", (0.5, 0.5), (0.1, 0.1)),
    ],
)
def test_values_move_and_spread(written, at_start, at_end):
    random = np.random.default_rng(0)
    for clock, (low, high) in ((0.0, at_start), (1.0, at_end)):
        drawn = [Value.parse(written).at(clock, random) for _ in range(50)]
        assert low - 1e-9 <= min(drawn)
        assert max(drawn) <= high + 1e-9
        assert low == high or max(drawn) - min(drawn) > (high - low) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_gives_other_finite_samples_and_the_same_again(speech, kind):
    once, again = changed(speech, kind), changed(speech, kind)
    assert once.dtype == np.float32
    assert np.isfinite(once).all()
    assert np.array_equal(once, again)
    assert len(once) != len(speech) or not np.array_equal(once, speech)
    if kind != "interlude":  # which adds to it
        assert 0.8 < len(once) / len(speech) < 1.25
    if kind != "gain":  # which every utterance has
        assert np.array_equal(changed(speech, f"{kind}:probability=0"), speech)


@pytest.mark.parametrize("kind", KINDS)
def test_how_long_an_utterance_will_be_is_known_before(speech, kind):
    longer = "" if kind == "gain" else ":probability=0.6"
    augmentation = parse_augmentation(f"{kind}{longer}", NOISE)
    told = len(speech) / RATE
    for seed in range(5):
        if isinstance(augmentation, Lengthening):
            told = augmentation.lengthened(
                len(speech) / RATE, np.random.default_rng(seed), clock=0.3
            )
        heard = augmentation(speech, np.random.default_rng(seed), 0.3)
        assert len(heard) == pytest.approx(told * RATE, abs=2)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stays_nothing(kind):
    assert not len(changed(np.zeros(0, np.float32), kind))


def test_overlay_has_its_ratio_at_every_time_of_the_training(speech):
    for clock, decibels in ((0.0, 20.0), (0.5, 10.0), (1.0, 0.0)):
        added = changed(speech, "overlay:snr=20:0,layers=3", clock) - speech
        assert 20 * np.log10(rms(speech) / rms(added)) == pytest.approx(decibels, abs=0.3)


def test_a_source_may_be_a_folder(speech, tmp_path):
    soundfile.write(tmp_path / "hum.wav", tone(1000.0), RATE)
    added = changed(speech, f"overlay:snr=0,source={tmp_path}") - speech
    assert highest(added) == pytest.approx(1000.0, abs=2.0)


@pytest.mark.parametrize("codec", ["opus", "mp3", "vorbis", "gsm", "telephone"])
def test_codecs_keep_the_speech_in_its_place(speech, codec):
    coded = changed(speech, f"codec:codecs={codec},level=0.5")
    assert len(coded) == len(speech)
    block = 800
    loudness = [
        np.square(each[: len(each) // block * block].reshape(-1, block)).mean(1)
        for each in (speech, coded)
    ]
    assert np.corrcoef(np.log(np.array(loudness) + 1e-5))[0, 1] > 0.7


def test_telephones_and_lower_rates_take_the_high_frequencies_away():
    noise = NOISE[0] * 0.1
    for text in ("codec:codecs=telephone", "resample:rate=8000"):
        heard = changed(noise, text)
        assert power(heard, 4500, 8000) < 0.01 * power(noise, 4500, 8000)
        assert power(heard, 1000, 3000) > 0.5 * power(noise, 1000, 3000)
    assert power(changed(noise, "codec:codecs=telephone"), 0, 200) < 0.05 * power(noise, 0, 200)


def test_volume_sets_the_peak():
    assert np.abs(changed(tone(300.0), "volume:dbfs=-6")).max() == pytest.approx(0.501, abs=0.01)


def test_reverb_goes_on_after_the_sound():
    clap = np.zeros(RATE, np.float32)
    clap[100] = 0.9
    heard = changed(clap, "reverb:delay=20,decay=6")
    echoes = np.flatnonzero(np.abs(heard) > 0.01)
    assert echoes[0] == 100
    assert 100 + 320 in echoes
    assert np.abs(heard[2000:4000]).max() < np.abs(heard[300:1000]).max()


def test_pitch_moves_frequencies_and_tempo_does_not():
    assert highest(changed(tone(500.0), "pitch:pitch=1.2")) == pytest.approx(600.0, abs=5.0)
    slow = changed(tone(500.0), "tempo:factor=0.8")
    assert len(slow) == pytest.approx(2.5 * RATE, abs=10)
    assert highest(slow) == pytest.approx(500.0, abs=5.0)


def test_warp_keeps_the_length_and_moves_what_is_inside():
    clicks = np.zeros(2 * RATE, np.float32)
    clicks[RATE : RATE + 800] = tone(400.0, 0.05)
    heard = changed(clicks, "warp:wt=0.3")
    assert len(heard) == pytest.approx(len(clicks), abs=10)
    assert abs(np.square(heard).argmax() - RATE) > 200
    bent = changed(tone(2000.0), "warp:wt=0,wf=0.3")
    assert abs(highest(bent) - 2000.0) > 30.0


def test_masks_silence_bands_and_moments():
    noise = NOISE[0] * 0.1
    banded = changed(noise, "frequency_mask:n=1,size=1000")
    bands = [(low, low + 250) for low in range(0, 8000, 250)]
    hidden = sum(power(banded, *band) < 0.1 * power(noise, *band) for band in bands)
    assert 2 <= hidden <= 4
    silent = changed(noise, "time_mask:n=2,size=100") == 0.0
    assert 1500 < silent.sum() <= 3200


@pytest.mark.parametrize("domain", ["signal", "spectrogram"])
def test_pointwise_changes_are_as_large_as_told(domain):
    noise = NOISE[0] * 0.1
    added = changed(noise, f"add:stddev=0.1,domain={domain}") - noise
    assert 0.03 < rms(added) / rms(noise) < 0.15
    kept = changed(noise, f"dropout:rate=0.5,domain={domain}")
    assert 0.2 < np.square(kept).sum() / np.square(noise).sum() < 0.6
    assert rms(changed(noise, f"multiply:stddev=0.2,domain={domain}") - noise) > 0.02 * rms(noise)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("codec", {"level": "loud"}, r"level='loud' is not a value such as 8, 8~2"),
        ("codec", {"codecs": ["amr"]}, "codec 'amr' is not known; there are opus"),
        ("speed", {"low": "slow"}, "low='slow' is not a value such as 8, 8~2"),
        ("add", {"domain": "features"}, "domain 'features' is not known"),
        ("overlay", {"source": "/nowhere"}, "/nowhere"),
    ],
)
def test_what_is_wrong_is_said(kind, values, message):
    with pytest.raises(OptionError, match=message):
        make_augmentation(kind, values)


def test_an_interlude_follows_the_speech_and_leaves_it_as_it_is(speech):
    longer = changed(speech, "interlude:low_seconds=1,high_seconds=2")
    np.testing.assert_array_equal(longer[: len(speech)], speech)
    assert RATE <= len(longer) - len(speech) <= 2 * RATE
    assert rms(longer[len(speech) :]) > 0.0


@pytest.mark.parametrize("length", [3, 700, RATE, 3 * RATE])
def test_a_clip_goes_round_from_a_random_place(length):
    (clip,) = NOISE
    heard = looped(clip, length, np.random.default_rng(5))
    start = np.random.default_rng(5).integers(len(clip))
    np.testing.assert_array_equal(heard, clip[(start + np.arange(length)) % len(clip)])


def test_limits_of_ranges_move_with_the_training(speech):
    for clock, factor in ((0.0, 1.0), (0.5, 1.25), (1.0, 1.5)):
        faster = changed(speech, "speed:low=1:1.5,high=1:1.5", clock)
        assert len(faster) == pytest.approx(len(speech) / factor, abs=2)
    for clock, decibels in ((0.0, 30.0), (1.0, 0.0)):
        added = changed(speech, "noise:low_db=30:0,high_db=30:0", clock) - speech
        assert 20 * np.log10(rms(speech) / rms(added)) == pytest.approx(decibels, abs=0.5)
    text = "interlude:low_seconds=0:2,high_seconds=0:2"
    added = [len(changed(speech, text, clock)) - len(speech) for clock in (0.0, 0.5, 1.0)]
    assert added == [0, RATE, 2 * RATE]
    often = parse_augmentation("room:probability=0:1", NOISE)
    heard = [apply(speech, [often], seed=2, clock=clock) for clock in (0.0, 1.0)]
    assert [np.array_equal(each, speech) for each in heard] == [True, False]


def test_speed_moves_a_tone_and_leaves_it_pure():
    heard = changed(tone(1000.0), "speed:low=1.25,high=1.25,probability=1")
    assert len(heard) == 2 * RATE / 1.25
    assert highest(heard) == pytest.approx(1250.0, abs=1.0)
    assert power(heard, 1240.0, 1260.0) > 0.999 * power(heard, 0.0, 8000.0)
