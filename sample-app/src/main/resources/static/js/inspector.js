// The bytes of a page of the file, as hexadecimal numbers and as text.

import { ask, at, inWords, number, plural, say } from "./dom.js";

const LINE = 16;
const WHAT = {
  internal: "The file's own: superblock, metadata, or a node of its trees.",
  journal: "Part of the journal: records of commits since the last checkpoint, and older ones.",
  regular: "A regular page: changed in place.",
  unknown: "What this page is for cannot be told.",
};

export class Inspector {
  #page = -1;
  #pageSize = 0;
  #owner = null;          // { kind, id } of the page for the editor
  #generation = -1;       // of the file when the page was read last
  #newest = -1;           // of the file now
  #inJournal = false;     // whether there are commits that no checkpoint has
  #reading = 0;

  /** @param edit opens a page in the editor */
  constructor(edit) {
    at("inspector-close").onclick = () => { at("inspector").hidden = true; at("map").focus(); };
    at("inspector-again").onclick = () => this.open(this.#page);
    at("inspector-edit").onclick = () => edit(this.#owner.kind, this.#owner.id);
  }

  hello({ pageSize }) {
    this.#pageSize = pageSize;
  }

  /** What is shown is read again whenever something was committed. */
  stats({ state, generation, recordsSinceCheckpoint }) {
    this.#newest = generation;
    this.#inJournal = recordsSinceCheckpoint > 0;
    if (!at("inspector").hidden && state === "Open" && generation !== this.#generation) this.#read();
  }

  async open(page) {
    if (page !== this.#page) say(at("hex"), "");
    this.#page = page;
    at("inspector").hidden = false;
    this.#tell("", "", null);
    await this.#read();
    at("inspector-title").focus({ preventScroll: true });
  }

  async #read() {
    const reading = ++this.#reading; // only the newest answer counts
    this.#generation = this.#newest;
    try {
      const answer = await ask(`/api/file/${this.#page}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (reading !== this.#reading) return;
      const use = answer.headers.get("Page-Use") ?? "unknown";
      const of = answer.headers.get("Page-Of");
      const owner = use === "regular" ? { kind: "pages", id: this.#page } : of === null ? null : { kind: "protected", id: Number(of) };
      this.#tell(`, ${use}${of === null ? "" : `: a copy of protected page ${of}`}`,
        `${WHAT[use] ?? this.#copy(of)} At byte ${number(this.#page * this.#pageSize)} of the file.`, owner);
      const { text, left } = dump(bytes);
      say(at("hex"), text + (left ? `\n${plural(left, "more byte")}, all of them zero` : ""));
    } catch (problem) {
      if (reading !== this.#reading) return;
      if (problem.status === 404) {
        this.#tell(problem.detail.includes("free") ? ", free" : "", problem.detail, null);
      } else {
        this.#generation = -1; // to be tried again
        this.#tell("", inWords(problem), null);
      }
      say(at("hex"), "");
    }
  }

  #tell(what, note, owner) {
    say(at("inspector-title"), `Page ${number(this.#page)}${what}`);
    say(at("inspector-note"), note);
    this.#owner = owner;
    at("inspector-edit").hidden = owner === null;
  }

  #copy(of) {
    return of === null
      ? "One of the two copies of a protected page that was created since the last checkpoint."
      : `One of the two copies of protected page ${of}${this.#inJournal ? ", as the last checkpoint has it" : ""}: the current one, or the one before.`;
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
