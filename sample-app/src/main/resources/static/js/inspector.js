// The bytes of a page of the file, as hexadecimal numbers and as text.

import { ask, at, inWords, number, plural, say } from "./dom.js";

const LINE = 16;
const WHAT = {
  internal: "The file's own: superblock, metadata, or a node of its trees.",
  journal: "Part of the journal: records of commits since the last checkpoint, and older ones.",
  regular: "A regular page: changed in place.",
  protected: "One of the two copies of a protected page: the current one, or the one before.",
  unknown: "What this page is for cannot be told.",
};

export class Inspector {
  #page = -1;
  #pageSize = 0;
  #edit;

  /** @param edit opens a regular page in the editor */
  constructor(edit) {
    this.#edit = edit;
    at("inspector-close").onclick = () => { at("inspector").hidden = true; at("map").focus(); };
    at("inspector-again").onclick = () => this.open(this.#page);
    at("inspector-edit").onclick = () => this.#edit("pages", this.#page);
  }

  hello({ pageSize }) {
    this.#pageSize = pageSize;
  }

  async open(page) {
    this.#page = page;
    at("inspector").hidden = false;
    say(at("inspector-title"), `Page ${number(page)}`);
    at("inspector-edit").hidden = true;
    try {
      const answer = await ask(`/api/file/${page}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const use = answer.headers.get("Page-Use") ?? "unknown";
      say(at("inspector-title"), `Page ${number(page)}, ${use}`);
      say(at("inspector-note"), `${WHAT[use]} At byte ${number(page * this.#pageSize)} of the file.`);
      at("inspector-edit").hidden = use !== "regular";
      const { text, left } = dump(bytes);
      say(at("hex"), text + (left ? `\n${plural(left, "more byte")}, all of them zero` : ""));
    } catch (problem) {
      say(at("inspector-note"), inWords(problem));
      say(at("hex"), "");
    }
    at("inspector-title").focus({ preventScroll: true });
  }
}

/** Lines of bytes; zeros at the end are counted only. */
function dump(bytes) {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const shown = Math.min(bytes.length, Math.max(LINE, Math.ceil(end / LINE) * LINE));
  const lines = [];
  for (let i = 0; i < shown; i += LINE) {
    const line = bytes.subarray(i, Math.min(shown, i + LINE));
    const hex = Array.from(line, byte => byte.toString(16).padStart(2, "0")).join(" ").padEnd(3 * LINE - 1);
    const text = Array.from(line, byte => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·").join("");
    lines.push(`${i.toString(16).padStart(4, "0")}  ${hex}  ${text}`);
  }
  return { text: lines.join("\n"), left: bytes.length - shown };
}
