// Server-sent events of a body, parsed, as they come.
export async function* serverSent(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (waiting + value).split("\n\n");
    waiting = events.pop();
    for (const event of events) yield JSON.parse(event.replace(/^data: /, ""));
  }
}
