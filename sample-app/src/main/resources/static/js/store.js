// The two slots of the superblock, and the ring of the journal.

import { at, bytes, make, number, plural, say } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 46;
const ROUND = 2 * Math.PI * RADIUS;
const RECORD = 4096; // a record begins at a multiple of it

export class Store {
  #slots = [0, 1].map(i => {
    const parts = { box: make("div", { className: "slot" }), mark: make("span"), generation: make("p"), page: make("p", { className: "note" }) };
    parts.box.append(make("h3", {}, `Slot ${i}`, parts.mark), parts.generation, parts.page);
    return parts;
  });
  #generations = [null, null];
  #used = shape("circle", { class: "ring-used", cx: 60, cy: 60, r: RADIUS });
  #number = shape("text", { class: "ring-number", x: 60, y: 63 });
  #word = shape("text", { class: "ring-word", x: 60, y: 78 });

  constructor() {
    at("slots").append(...this.#slots.map(slot => slot.box));
    at("ring").append(shape("circle", { class: "ring-ground", cx: 60, cy: 60, r: RADIUS }), this.#used, this.#number, this.#word);
  }

  stats(stats) {
    const head = stats.head;
    if (head) head.slots.forEach((slot, i) => this.#slot(i, slot));
    say(at("slots-note"), head ? "" : "The file cannot be read.");
    this.#ring(stats, head?.journal);
  }

  #slot(i, slot) {
    const { box, mark, generation, page } = this.#slots[i];
    if (!slot.valid) return; // just being written
    const flipped = this.#generations[i] !== null && this.#generations[i] !== slot.generation;
    this.#generations[i] = slot.generation;
    box.className = `slot${slot.current ? " current" : ""}${flipped ? " flipped" : ""}`;
    say(mark, slot.current ? "current" : "");
    say(generation, `generation ${number(slot.generation)}`);
    say(page, `metadata page ${slot.metadataPage}`);
  }

  #ring(stats, journal) {
    const records = stats.recordsSinceCheckpoint;
    const used = journal ? Math.min(journal.bytes, records * RECORD) : 0;
    const part = journal ? used / journal.bytes : 0;
    const begin = journal ? journal.begin / journal.bytes : 0;
    this.#used.setAttribute("stroke-dasharray", `${part * ROUND} ${ROUND}`);
    this.#used.setAttribute("transform", `rotate(${begin * 360 - 90} 60 60)`);
    this.#used.setAttribute("visibility", part > 0 ? "visible" : "hidden");
    say(this.#number, journal ? number(records) : "–");
    say(this.#word, records === 1 ? "record" : "records");
    say(at("ring-text"), journal
      ? [records
        ? `${plural(records, "commit")} ${records === 1 ? "is" : "are"} in the journal alone, in at least ${bytes(used)} of its ${bytes(journal.bytes)}.`
        : `All commits are in the last checkpoint: nothing of the journal, which has ${bytes(journal.bytes)}, is needed.`,
        `Two rings of ${plural(journal.pages, "page")} each hold the same.`,
        stats.since.checkpointRecords ? `The last checkpoint took over ${plural(stats.since.checkpointRecords, "commit")}.` : ""].join("\n").trim()
      : "There is no journal that could be read: the file is shorter than 1 MiB, or is just being written.");
  }
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
