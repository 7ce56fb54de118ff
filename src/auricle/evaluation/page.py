"""Evaluations as one HTML page, on which every utterance can be heard and its errors seen.

The page needs nothing beside itself: audio is embedded as Opus, at about 3 kB a second. Sets of
more than `EMBEDDED_SECONDS` link to the recordings instead, by paths relative to the page.
"""

from __future__ import annotations

import base64
import html
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import soundfile

from auricle.errors import AudioError
from auricle.evaluation.alignment import DELETE, EQUAL, INSERT, SUBSTITUTE, Step
from auricle.evaluation.report import describe_rate
from auricle.evaluation.scoring import GROUPINGS, Evaluation, Scored
from auricle.manifest import Utterance, read_utterance

EMBEDDED_SECONDS = 1800.0
_OPUS_RATE = 16000

_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top }
.u { border-top: 1px solid #8884; padding: .6rem 0 }
.u audio { height: 2rem; vertical-align: middle }
.substitute b { background: #e8a33d55 } .delete b { background: #d6453d55 }
.insert b { background: #3d7fd655 }
b { font-weight: 600; border-radius: .2rem; padding: 0 .15rem } s { opacity: .55 }
small { opacity: .7 }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #e6e6e6 } }
"""
_SCRIPT = """
const list = document.getElementById("utterances"), all = [...list.children];
function show() {
  const text = document.getElementById("find").value.toLowerCase();
  const by = document.getElementById("order").value;
  all.sort((a, b) => by === "place" ? a.dataset.place - b.dataset.place
    : (b.dataset.rate - a.dataset.rate) * (by === "worst" ? 1 : -1));
  for (const item of all) {
    item.hidden = !item.textContent.toLowerCase().includes(text);
    list.append(item);
  }
}
for (const id of ["find", "order"]) document.getElementById(id).addEventListener("input", show);
show();
"""


def write_page(evaluations: Sequence[Evaluation], path: Path, remarks: Iterable[str] = ()) -> None:
    """Write the page of some evaluations of one manifest.

    Args:
        evaluations: At least one; the utterances of all of them are shown beside each other.
        path: The page to write.
        remarks: Paragraphs to put on top, such as the outcome of a comparison.
    """
    first = evaluations[0]
    embed = first.seconds <= EMBEDDED_SECONDS
    heard = [{item.utterance.id: item for item in each.scored} for each in evaluations]
    utterances = [
        _utterance(
            place, [results[item.utterance.id] for results in heard], evaluations, path, embed
        )
        for place, item in enumerate(first.scored)
        if all(item.utterance.id in results for results in heard)
    ]
    body = [
        f"<h1>{html.escape(' and '.join(dict.fromkeys(each.model for each in evaluations)))}</h1>",
        *(f"<p>{html.escape(remark)}</p>" for remark in remarks),
        _summary(evaluations),
        *(_tables(each) for each in evaluations),
        "<h2>Utterances</h2>",
        '<p><input id="find" placeholder="Find words, names"> <select id="order">'
        '<option value="worst">worst first</option><option value="best">best first</option>'
        '<option value="place">in order</option></select></p>',
        f'<div id="utterances">{"".join(utterances)}</div>',
    ]
    page = (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation of {html.escape(first.model)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(body)}<script>{_SCRIPT}</script></body></html>\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _summary(evaluations: Sequence[Evaluation]) -> str:
    rows = [
        (
            each.title,
            str(len(each.scored)),
            describe_rate(each.wer),
            describe_rate(each.cer),
            *(str(each.kinds[kind]) for kind in (SUBSTITUTE, DELETE, INSERT)),
            f"{each.real_time_factor:.4f}",
        )
        for each in evaluations
    ]
    heading = (
        *("", "utterances", "words wrong", "characters wrong"),
        *("substituted", "deleted", "inserted", "real-time factor"),
    )
    return _table(heading, rows)


def _tables(evaluation: Evaluation) -> str:
    parts = [f"<details><summary>{html.escape(evaluation.title)}: groups and words</summary>"]
    for name, key in GROUPINGS.items():
        rows = [
            (group.name, str(group.utterances), str(group.words), describe_rate(group.wer))
            for group in evaluation.groups(key)
        ]
        parts.append(_table((name, "utterances", "words", "words wrong"), rows))
    for kind in (SUBSTITUTE, DELETE, INSERT):
        confusions = [(a, b, str(n)) for a, b, n in evaluation.confusions(kind)]
        parts.append(_table((f"{kind}: said", "heard", "times"), confusions))
    missed = [(word, str(n), str(said)) for word, n, said in evaluation.confused_words()]
    parts.append(_table(("word", "missed", "said"), missed))
    left_out = _table(("left out", "why"), evaluation.unread)
    return "".join([*parts, left_out, "</details>"])


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [("th", heading), *(("td", row) for row in rows)]
    cells = ("".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) for tag, row in lines)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _utterance(
    place: int,
    items: Sequence[Scored],
    evaluations: Sequence[Evaluation],
    page: Path,
    embed: bool,
) -> str:
    utterance = items[0].utterance
    notes = ", ".join(filter(None, (utterance.id, utterance.speaker, utterance.source)))
    lines = [f'<div class="u" data-place="{place}" data-rate="{items[0].rate:.4f}">']
    lines.append(f'<audio controls preload="none" src="{_audio(utterance, page, embed)}"></audio> ')
    lines.append(f"<small>{html.escape(notes)}</small>")
    for item, each in zip(items, evaluations, strict=True):
        steps = " ".join(_step(step) for step in item.steps) or "<small>nothing was heard</small>"
        title = html.escape(each.title)
        lines.append(f"<div>{steps} <small>{title}: {100 * item.rate:.0f} %</small></div>")
    return "".join([*lines, "</div>"])


def _step(step: Step) -> str:
    spoken, heard = html.escape(step.reference), html.escape(step.result)
    if step.kind == EQUAL:
        return spoken
    words = {
        SUBSTITUTE: f"<s>{spoken}</s> {heard}",
        DELETE: f"<s>{spoken}</s>",
        INSERT: f"+{heard}",
    }
    return f'<span class="{step.kind}" title="{step.kind}"><b>{words[step.kind]}</b></span>'


def _audio(utterance: Utterance, page: Path, embed: bool) -> str:
    if not embed and utterance.place is None:
        target = os.path.relpath(utterance.audio, page.parent)
        end = "" if utterance.duration is None else utterance.start + utterance.duration
        moment = "" if utterance.whole else f"#t={utterance.start},{end}"
        return html.escape(target + moment)
    try:
        samples = read_utterance(utterance, _OPUS_RATE)
    except AudioError:  # it was there a moment ago; the page is worth having without it
        return ""
    file = io.BytesIO()
    soundfile.write(file, samples, _OPUS_RATE, format="OGG", subtype="OPUS")
    return f"data:audio/ogg;base64,{base64.b64encode(file.getvalue()).decode()}"
