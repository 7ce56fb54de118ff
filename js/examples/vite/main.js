import { load } from "auricle";
import en from "auricle-en";

const [file, text] = ["file", "text"].map((id) => document.getElementById(id));
const model = await load(en);

file.addEventListener("change", async () => {
  text.textContent = (await model.transcribe(file.files[0])).text;
});
file.disabled = false;
text.textContent = "Ready.";
