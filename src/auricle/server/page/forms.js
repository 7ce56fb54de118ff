// Segments as files: the server lays them out as the command line does, and forgets them.
export async function download(form, transcript, headers) {
  const answer = await fetch(`v1/transcripts/${form}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(transcript),
  });
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `transcript.${form}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
