"""The web page in a real Chromium; skipped where there is none (apt-get install chromium)."""

from __future__ import annotations

import contextlib
import difflib
import json
from importlib import resources

import httpx2 as httpx
import pysubs2
import pytest
import soundfile

import auricle
from making_audio import encode

browsing = pytest.importorskip("server.browsing")
in_chromium = pytest.mark.skipif(browsing.CHROMIUM is None, reason="needs chromium")


def alike(one, other):
    return difflib.SequenceMatcher(None, one, other).ratio()


@pytest.fixture
def browse(server):
    """Open the page, with a microphone that plays a WAV; what goes wrong there fails the test."""
    with contextlib.ExitStack() as stack:
        opened = []

        def start(microphone=None, url=server.http):
            opened.append(stack.enter_context(browsing.browsing(url, microphone)))
            return opened[-1]

        yield start
        for browser in opened:
            assert browser.errors == []
            own = (browser.url, browser.url.replace("http", "ws", 1), "blob:", "data:")
            assert all(url.startswith(own) for url in browser.requests)


@pytest.fixture
def microphone(speech, tmp_path):
    soundfile.write(tmp_path / "speech.wav", speech, 16_000)
    return tmp_path / "speech.wav"


@pytest.fixture
def talk(speech, tmp_path):
    path = tmp_path / "talk.mp3"
    path.write_bytes(encode(speech[:, None], 16_000, "mp3"))
    return path


@in_chromium
def test_what_the_microphone_hears_is_on_the_page(browse, microphone, expected):
    browser = browse(microphone)
    browser.open()
    assert browser.record(seconds=7)
    # Chromium resamples what it plays, and the page hears the silence before it.
    assert alike(" ".join(browser.text), expected.text) > 0.5


@in_chromium
def test_what_the_browsers_recorder_makes_can_be_streamed(browse, microphone, expected):
    """WebM with Opus, in the blocks in which MediaRecorder hands it out, to `WS /v1/stream`."""
    browser = browse(microphone)
    browser.open()
    text = browser.page.evaluate(
        """async () => {
          const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
          const recorder = new MediaRecorder(stream, { mimeType: "audio/webm;codecs=opus" });
          const socket = new WebSocket(location.href.replace("http", "ws") + "v1/stream");
          await new Promise((opened) => { socket.onopen = opened; });
          socket.send('{"type": "start", "format": "webm"}');
          recorder.ondataavailable = ({ data }) => socket.send(data);
          recorder.onstop = () => socket.send('{"type": "finish"}');
          recorder.start(250);
          setTimeout(() => recorder.stop(), 8000);
          return new Promise((told) => {
            socket.onmessage = ({ data }) => {
              const event = JSON.parse(data);
              if (["end", "error"].includes(event.type)) told(event.text ?? event.message);
            };
          });
        }"""
    )
    assert alike(text, expected.text) > 0.5


@in_chromium
def test_a_chosen_file_gives_text_sound_and_downloads(browse, model, talk):
    browser, expected = browse(), model.transcribe(talk)
    page = browser.page
    browser.open()
    page.locator("#file").set_input_files(talk)
    browser.wait()
    assert browser.text == [segment.text for segment in expected.segments]

    word = page.locator("#text button").nth(3)
    word.click()
    page.wait_for_function("() => document.querySelector('#player').currentTime > 0")
    played = page.locator("#player").evaluate("player => player.currentTime")
    assert played >= expected.words[3].start
    assert f"{expected.words[3].start:.2f} to" in page.locator("#word").inner_text()

    downloads = {}
    for form in ("txt", "srt", "vtt", "json"):
        with page.expect_download() as download:
            page.get_by_role("button", name=form, exact=True).click()
        downloads[form] = download.value.path().read_text()
    assert downloads["txt"] == "".join(f"{line}\n" for line in browser.text)
    subtitles = pysubs2.SSAFile.from_string(downloads["srt"], format_="srt")
    assert " ".join(line.plaintext for line in subtitles).split() == expected.text.split()
    assert downloads["vtt"].startswith("WEBVTT\n")
    assert json.loads(downloads["json"])["text"] == expected.text


@in_chromium
def test_a_dropped_recording_is_transcribed(browse, model, talk):
    browser = browse()
    browser.open()
    browser.drop(talk)
    browser.wait()
    assert " ".join(browser.text) == model.transcribe(talk).text


@in_chromium
def test_the_model_and_the_words_to_expect_are_those_that_were_chosen(
    browse, start_server, model, talk
):
    other = auricle.load("zh")
    browser = browse(url=start_server(models={"en": model, "zh": other}).http)
    page = browser.page
    browser.open()
    page.get_by_text("Options", exact=True).click()
    heard = model.transcribe(talk).text
    unwanted = dict.fromkeys(heard.split(), -50.0)  # of which some can be heard as others
    lines = [f"{word}: {boost}" for word, boost in unwanted.items()]
    page.get_by_label("Words to expect, one a line").fill("\n".join([*lines, "quarrel"]))
    browser.drop(talk)
    browser.wait()
    hot_words = {**unwanted, "quarrel": 5.0}
    assert " ".join(browser.text) == model.transcribe(talk, hot_words=hot_words).text
    assert " ".join(browser.text) != heard

    page.get_by_label("Words to expect, one a line").fill("")
    page.get_by_label("Model").select_option("zh")
    browser.drop(talk)
    browser.wait()
    assert "".join(browser.text) == other.transcribe(talk).text


@in_chromium
def test_the_page_works_with_the_keyboard_and_names_its_parts(browse):
    browser = browse()
    browser.open()
    stops = []
    for _ in range(3):
        browser.page.keyboard.press("Tab")
        stops.append(browser.page.evaluate("document.activeElement.id"))
    assert stops == ["record", "file", "clear"]
    tree = browser.page.locator("main").aria_snapshot()
    for part in ('button "Record"', 'heading "Text"', 'log "Text"', 'button "srt" [disabled]'):
        assert part in tree


@in_chromium
def test_tab_reaches_the_text_once_and_arrows_go_from_word_to_word(browse, model, talk):
    browser, words = browse(), model.transcribe(talk).words
    keyboard = browser.page.keyboard

    def focused():
        return browser.page.evaluate("document.activeElement.textContent")

    browser.open()
    browser.drop(talk)
    browser.wait()
    browser.page.locator("#text button").first.focus()
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    assert focused() == words[2].text
    keyboard.press("Enter")
    assert f"{words[2].start:.2f} to" in browser.page.locator("#word").inner_text()
    keyboard.press("End")
    assert focused() == words[-1].text
    keyboard.press("Home")
    browser.page.locator("[data-form=txt]").focus()
    for _ in range(20):  # back over the parts of the player
        keyboard.press("Shift+Tab")
        if browser.page.evaluate("document.activeElement.closest('#text') !== null"):
            break
    assert focused() == words[0].text
    keyboard.press("Shift+Tab")
    assert browser.page.evaluate("document.activeElement.closest('#text') === null")


@in_chromium
def test_a_server_that_is_gone_is_told(browse, microphone):
    browser = browse(microphone)
    browser.page.route_web_socket("**/v1/stream", lambda route: route.close())
    browser.open()
    browser.page.get_by_role("button", name="Record", exact=True).click()
    browser.page.get_by_text("The server cannot be reached.").wait_for()
    browser.page.get_by_role("button", name="Record", exact=True).wait_for()


@in_chromium
@pytest.mark.parametrize("width", [320, 390, 1100])
def test_the_page_fits_every_screen(browse, talk, width):
    browser = browse()
    browser.page.set_viewport_size({"width": width, "height": 800})
    browser.open()
    browser.drop(talk)
    browser.wait()
    assert browser.page.evaluate("document.documentElement.scrollWidth") <= width


@in_chromium
def test_captions_are_large_and_in_the_colours_that_were_chosen(browse, microphone, expected):
    browser = browse(microphone)
    page = browser.page
    page.goto(f"{browser.url}/captions.html")

    def size():
        return page.locator("#captions").evaluate("room => getComputedStyle(room).fontSize")

    sizes = [size()]
    page.keyboard.press("+")
    sizes.append(size())
    assert [float(size[:-2]) for size in sizes] == pytest.approx([64.0, 76.8])
    page.locator("#contrast").select_option("yellow")
    colour = page.locator("body").evaluate("body => getComputedStyle(body).color")
    assert colour == "rgb(255, 230, 0)"
    page.get_by_role("button", name="Listen").click()
    page.wait_for_function("() => document.querySelector('#partial').textContent")
    page.wait_for_timeout(7_000)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Listen").wait_for()
    assert alike(" ".join(browser.text), expected.text) > 0.5
    for _ in range(8):
        page.get_by_role("button", name="Larger letters").click()
    room, latest = page.locator("#captions"), page.get_by_role("button", name="Back to now")
    below = "room => room.scrollHeight - room.clientHeight - room.scrollTop"
    assert room.evaluate(below) < 1.0
    room.evaluate("room => { room.scrollTop = 0; }")
    latest.wait_for()
    assert room.evaluate(below) > 100.0
    latest.click()
    latest.wait_for(state="hidden")
    assert room.evaluate(below) < 1.0


def test_the_page_loads_nothing_from_elsewhere(server):
    policy = httpx.get(server.http).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy
    page = resources.files("auricle.server") / "page"
    for name in sorted(path.name for path in page.iterdir() if path.name != "ear.svg"):
        text = httpx.get(f"{server.http}/{name}").raise_for_status().text
        assert "http:" not in text.replace('"http:"', "")
        assert "//cdn" not in text
