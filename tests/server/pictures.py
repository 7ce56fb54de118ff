"""Pictures of the page for the documents, at the width of a telephone and of a desk.

PYTHONPATH=tests python tests/server/pictures.py docs/pictures
"""

from __future__ import annotations

import sys
from pathlib import Path

import auricle
from auricle.server import ServerOptions
from server.browsing import Browser, browsing
from server.conftest import SPEECH, RunningServer

RECORDING = SPEECH / "1673-143397-0007.flac"


def show(browser: Browser) -> None:
    browser.open()
    browser.drop(RECORDING)
    browser.wait()
    browser.page.locator("#text button").nth(3).click()
    browser.page.wait_for_timeout(1_500)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    server = RunningServer({"en": auricle.load("en")}, ServerOptions())
    try:
        with browsing(server.http) as browser:
            for name, width, height in (("telephone", 390, 844), ("desk", 1100, 800)):
                browser.page.set_viewport_size({"width": width, "height": height})
                show(browser)
                browser.page.screenshot(path=folder / f"page-{name}.png")
    finally:
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
