// Lists of pages, and an editor for one of them.

import { answer, ask, at, inWords, make, number, plural, say } from "./dom.js";

const LIMIT = 24;
const BYTES = { "Content-Type": "application/octet-stream" };
const PATHS = { protected: "/api/protected", pages: "/api/pages" };
const NAMES = { protected: "Protected page", pages: "Regular page" };

export class Pages {
  #kind = "protected";
  #next = null;        // where the list goes on
  #from = 0;
  #pageSize = 4096;
  #instance = null;
  #counts = "";        // of the store when the list was made
  #listing = 0;
  #open = null;        // { kind, id, tag, text } of the page in the editor: what it held when it was read or saved
  #typed = null;       // what was put aside to show what somebody else has saved

  constructor() {
    for (const kind of ["protected", "pages"]) at(`kind-${kind}`).onclick = () => this.#show(kind);
    at("list-first").onclick = () => this.#list(0);
    at("list-next").onclick = () => this.#list(this.#next);
    at("list-again").onclick = () => this.#list(this.#from);
    at("page-new").onclick = () => this.#create();
    at("editor").onsubmit = event => { event.preventDefault(); this.#save(); };
    at("reread").onclick = () => this.open(this.#open.kind, this.#open.id);
    at("delete").onclick = () => this.#delete();
    at("take-theirs").onclick = () => this.#showTheirs();
    at("bring-back").onclick = () => this.#bringBack();
    at("keep-mine").onclick = () => this.#saveOverTheirs();
    at("text").addEventListener("input", () => this.#count());
    // What came of an action is shown until the next one, wherever that is; a conflict until it is decided.
    document.addEventListener("click", event => {
      if (event.target.closest("button") && at("conflict").hidden) answer(at("answer"), "");
    }, true);
  }

  /** Comes again whenever another part of the map is watched. */
  hello({ pageSize, instance }) {
    this.#pageSize = pageSize;
    if (instance !== this.#instance) this.#list(this.#from);
    this.#instance = instance;
  }

  /** The list follows what others do, the load excepted: its pages come and go. So does one that was refused for a while. */
  stats({ state, protectedPages, free, load }) {
    const counts = `${state} ${protectedPages} ${free}`;
    if (this.#counts && counts !== this.#counts && state === "Open" && load.writers === 0) this.#list(this.#from);
    this.#counts = counts;
  }

  #show(kind) {
    this.#kind = kind;
    for (const one of ["protected", "pages"]) at(`kind-${one}`).setAttribute("aria-pressed", String(one === kind));
    this.#list(0);
  }

  async #list(from) {
    const listing = ++this.#listing; // only the newest answer counts
    try {
      const { ids, next } = await (await ask(`${PATHS[this.#kind]}?from=${from}&limit=${LIMIT}`)).json();
      if (listing !== this.#listing) return;
      this.#from = from;
      this.#next = next ?? null;
      this.#showIds(ids);
      say(at("ids-note"), ids.length
        ? `${plural(ids.length, "page")}${from ? `, from ${number(from)} on` : ""}${next === undefined ? "" : ", and there are more"}`
        : "There are none.");
      at("list-next").disabled = this.#next === null;
      at("list-first").disabled = from === 0;
    } catch (problem) {
      say(at("ids-note"), inWords(problem));
    }
  }

  #showIds(ids) {
    const key = `${this.#kind} ${ids}`;
    if (at("ids").dataset.shown === key) return; // so that nobody who is about to press one misses it
    const focused = Array.from(at("ids").querySelectorAll("button")).indexOf(document.activeElement);
    at("ids").dataset.shown = key;
    at("ids").replaceChildren(...ids.map(id => make("li", {}, this.#idButton(id))));
    if (focused >= 0) at("ids").querySelectorAll("button")[Math.min(focused, ids.length - 1)]?.focus();
  }

  #idButton(id) {
    const button = make("button", { type: "button", text: String(id), onclick: () => this.open(this.#kind, id) });
    button.setAttribute("aria-label", `${NAMES[this.#kind]} ${id}`);
    button.setAttribute("aria-pressed", String(this.#open?.kind === this.#kind && this.#open.id === id));
    return button;
  }

  async #create() {
    if (!this.#mayDiscard()) return;
    try {
      const { id } = await (await ask(PATHS[this.#kind], { method: "POST", headers: BYTES })).json();
      await this.#read(this.#kind, id);
      this.#list(this.#from);
    } catch (problem) {
      answer(at("answer"), inWords(problem), "bad");
    }
  }

  /** Whether there is nothing in the editor that was not saved, or nobody misses it. */
  #mayDiscard() {
    return this.#open === null || this.#open.text === null || at("text").value === this.#open.text
      || confirm(`What you typed into ${this.#name()} has not been saved. Go on without it?`);
  }

  #name() {
    return `${NAMES[this.#open.kind].toLowerCase()} ${this.#open.id}`;
  }

  /** Reads a page into the editor, unless somebody wants to save first what is there. */
  async open(kind, id) {
    if (this.#mayDiscard()) await this.#read(kind, id);
  }

  async #showTheirs() {
    const typed = at("text").value;
    if (await this.#read(this.#open.kind, this.#open.id)) {
      this.#typed = typed;
      at("typed").hidden = false;
      answer(at("answer"), "This is what is there now. What you typed is kept, until you save or open another page.");
    }
  }

  #bringBack() {
    at("text").value = this.#typed;
    at("text").disabled = false;
    this.#forgetTyped();
    this.#count();
  }

  #forgetTyped() {
    this.#typed = null;
    at("typed").hidden = true;
  }

  async #read(kind, id) {
    try {
      const read = await ask(`${PATHS[kind]}/${id}`);
      const bytes = new Uint8Array(await read.arrayBuffer());
      const text = textOf(bytes);
      at("text").value = text ?? "";
      this.#open = { kind, id, tag: read.headers.get("ETag"), text: text === null ? null : at("text").value }; // with its line ends
      this.#forgetTyped();
      at("text").disabled = at("save").disabled = text === null;
      at("reread").disabled = at("delete").disabled = false;
      say(at("text-label"), `${NAMES[kind]} ${id}`);
      answer(at("answer"), "");
      at("conflict").hidden = true;
      if (text === null) say(at("text-note"), "Its bytes are no text, so they cannot be edited here.");
      else this.#count();
      for (const button of at("ids").querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(kind === this.#kind && button.textContent === String(id)));
      }
      return true;
    } catch (problem) {
      answer(at("answer"), inWords(problem), "bad");
      return false;
    }
  }

  #count() {
    const length = new TextEncoder().encode(at("text").value).length;
    const over = length > this.#pageSize;
    say(at("text-note"), `${number(length)} of ${number(this.#pageSize)} bytes${over ? ": too many" : ""}`);
    at("save").disabled = over;
  }

  async #save() {
    const text = at("text").value;
    const content = new Uint8Array(this.#pageSize); // a whole page, so that the answer has the tag for the next time
    content.set(new TextEncoder().encode(text));
    const { kind, id, tag } = this.#open;
    try {
      const saved = await ask(`${PATHS[kind]}/${id}`, { method: "PUT", headers: { ...BYTES, "If-Match": tag }, body: content });
      this.#open.tag = saved.headers.get("ETag");
      this.#open.text = text;
      this.#forgetTyped();
      at("conflict").hidden = true;
      answer(at("answer"), "Saved, and durable.", "good");
    } catch (problem) {
      at("conflict").hidden = problem.status !== 412;
      answer(at("answer"), problem.status === 412
        ? "412: Somebody else has changed this page since you read it, another tab perhaps. Yours was not saved, so theirs is not lost."
        : inWords(problem), "bad");
    }
  }

  /** Only over what is there now: if it changes once more meanwhile, that is refused, too. */
  async #saveOverTheirs() {
    try {
      const now = await ask(`${PATHS[this.#open.kind]}/${this.#open.id}`);
      this.#open.tag = now.headers.get("ETag");
      await this.#save();
    } catch (problem) {
      answer(at("answer"), inWords(problem), "bad");
    }
  }

  async #delete() {
    const { kind, id, tag } = this.#open;
    if (!confirm(`Delete ${this.#name()}? What is in it is gone then.`)) return;
    try {
      await ask(`${PATHS[kind]}/${id}`, { method: "DELETE", headers: { "If-Match": tag } });
      this.#open = null;
      this.#forgetTyped();
      at("text").value = "";
      for (const name of ["text", "save", "reread", "delete"]) at(name).disabled = true;
      say(at("text-label"), "No page is open");
      say(at("text-note"), "");
      at("conflict").hidden = true;
      answer(at("answer"), `${NAMES[kind]} ${id} is deleted.`, "good");
      this.#list(this.#from);
    } catch (problem) {
      answer(at("answer"), problem.status === 412
        ? "412: Somebody else has changed this page since you read it. It was not deleted. Read it again first."
        : inWords(problem), "bad");
    }
  }
}

/** Text without the zeros behind it, or null if it is none. */
function textOf(bytes) {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
    return /[\0-\x08\x0e-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
