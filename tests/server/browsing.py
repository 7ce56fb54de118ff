"""The page in a real Chromium, driven by playwright-core, which the package `playwright` holds."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_DONE = """() => /of sound|No speech/.test(document.querySelector("#status").textContent)
               || document.querySelector("#problem").textContent"""


class Browser:
    """Chromium with a page, its requests and what went wrong on it.

    Args:
        page: Where the server's page is opened.
        url: Of the server.
    """

    def __init__(self, page: Page, url: str):
        self.page, self.url = page, url
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )

    def open(self):
        self.page.goto(self.url)
        self.page.wait_for_function("() => document.querySelectorAll('#model option').length > 0")

    def record(self, seconds):
        """Record until the first words are there and so many seconds more; return those words."""
        self.page.get_by_role("button", name="Record", exact=True).click()
        self.page.get_by_text("Listening.").wait_for()
        self.page.wait_for_function("() => document.querySelector('#partial').textContent")
        words = self.page.locator("#partial").inner_text()
        self.page.wait_for_timeout(1000 * seconds)
        self.page.get_by_role("button", name="Stop").click()
        self.wait()
        return words

    def wait(self):
        """Wait until there is a transcript, or a problem."""
        self.page.wait_for_function(_DONE, timeout=120_000)

    @property
    def text(self) -> list[str]:
        return self.page.locator("#text p").all_inner_texts()

    def drop(self, recording: Path):
        self.page.evaluate(
            """({ bytes, name }) => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
              document.querySelector("#drop").dispatchEvent(
                new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
            }""",
            {"bytes": list(recording.read_bytes()), "name": recording.name},
        )


@contextlib.contextmanager
def browsing(url: str, microphone: Path | None = None) -> Iterator[Browser]:
    """Open Chromium; its microphone plays a WAV, once."""
    arguments = [
        "--no-sandbox",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    if microphone is not None:
        arguments.append(f"--use-file-for-fake-audio-capture={microphone}%noloop")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            page = chromium.new_page(viewport={"width": 1100, "height": 900})
            page.set_default_timeout(60_000)
            yield Browser(page, url)
        finally:
            chromium.close()
