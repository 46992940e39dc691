// The map of the file: a cell is a page, or, zoomed out, several neighbours. Only what can be seen is asked for and kept.

import { at, make, number, say } from "./dom.js";

const USES = ["free", "regular", "protected", "internal", "journal", "unknown", "outside"];
const OUTSIDE = 6, JOURNAL = 4;
const SIZES = [5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32]; // of a cell, with its gap, in pixels
const SMALLEST = SIZES[0];
const MOST_CELLS = 16384;
const FLASH = 900; // milliseconds
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

export class PageMap extends EventTarget {
  #canvas = at("map");
  #live;
  #pages = 0;          // of the file
  #from = 0;           // first page that is shown
  #scale = 1;          // pages of a cell
  #size = 16;          // of a cell
  #columns = 1;
  #rows = 1;
  #fits = true;        // whether all of the file is to be seen
  #cells = new Uint8Array(0).fill(OUTSIDE);
  #flash = new Float64Array(0);
  #key = "";           // of the window that the cells are for
  #cursor = -1;
  #opened = -1;
  #colours = {};
  #drawing = 0;
  #asking = 0;

  constructor(live) {
    super();
    this.#live = live;
    at("legend").append(...USES.slice(0, 5).map(use => make("li", {}, make("span", { className: `swatch ${use}` }), use)));
    at("map-in").onclick = () => this.#zoom(1);
    at("map-out").onclick = () => this.#zoom(-1);
    at("map-back").onclick = () => this.#move(-1);
    at("map-on").onclick = () => this.#move(1);
    at("map-whole").onclick = () => { this.#fits = true; this.#layOut(); };
    at("map-open").onsubmit = event => {
      event.preventDefault();
      const page = Number(at("map-number").value);
      if (at("map-number").value !== "" && Number.isSafeInteger(page)) this.#open(page);
    };
    this.#canvas.addEventListener("click", event => this.#point(event, true));
    this.#canvas.addEventListener("pointermove", event => this.#point(event, false));
    this.#canvas.addEventListener("keydown", event => this.#press(event));
    new ResizeObserver(() => this.#layOut()).observe(this.#canvas);
    dark.addEventListener("change", () => { this.#readColours(); this.#draw(); });
    this.#readColours();
  }

  /** What the service counts. */
  stats(stats) {
    const grown = stats.pages !== this.#pages;
    this.#pages = stats.pages;
    if (grown || !this.#key) this.#layOut();
    if (stats.since.commits > 0) this.#flashWhere((use, page) => stats.head?.journal ? use === JOURNAL : page < 3);
    if (stats.since.checkpoints > 0) this.#flashWhere((use, page) => page < 3);
  }

  /** Cells of the map that are different from before. */
  change({ whole, from, pagesPerCell, runs }) {
    if (from !== this.#from || pagesPerCell !== this.#scale) return; // of a window that is shown no more
    const now = performance.now();
    for (let i = 0; i < runs.length; i += 3) {
      const [first, count, use] = [runs[i], runs[i + 1], runs[i + 2]];
      for (let cell = first; cell < first + count && cell < this.#cells.length; cell++) {
        this.#cells[cell] = use;
        if (!whole) this.#flash[cell] = now;
      }
    }
    this.#draw();
  }

  /** What a page is used for, as far as can be seen. */
  useOf(page) {
    const cell = Math.floor((page - this.#from) / this.#scale);
    return this.#scale === 1 && cell >= 0 && cell < this.#cells.length ? USES[this.#cells[cell]] : "";
  }

  #readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of [...USES, "flash", "ink", "card"]) this.#colours[name] = style.getPropertyValue("--" + name).trim();
  }

  #layOut() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !this.#pages) return;
    if (this.#fits) {
      this.#from = 0;
      this.#scale = 1;
      this.#size = SIZES.findLast(size => roomFor(width, height, size) >= this.#pages) ?? SMALLEST;
      while (roomFor(width, height, this.#size) * this.#scale < this.#pages) this.#scale *= 2;
    }
    this.#columns = Math.max(1, Math.floor(width / this.#size));
    this.#rows = Math.max(1, Math.floor(height / this.#size));
    const cells = Math.min(MOST_CELLS, this.#columns * this.#rows);
    const key = `${this.#from}/${this.#scale}/${cells}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#cells = new Uint8Array(cells).fill(OUTSIDE);
      this.#flash = new Float64Array(cells).fill(-FLASH);
      clearTimeout(this.#asking);
      this.#asking = setTimeout(() => this.#live.watch({ from: this.#from, cells, scale: this.#scale }), 150);
    }
    this.#sayWhere();
    this.#draw();
  }

  #sayWhere() {
    const shown = Math.min(this.#pages, this.#from + this.#cells.length * this.#scale);
    const where = shown > this.#from
      ? `Pages ${number(this.#from)} to ${number(shown - 1)} of ${number(this.#pages)}.`
      : `Behind the end of the file.`;
    say(at("map-where"), this.#scale === 1
      ? `${where} A cell is a page.`
      : `${where} Zoomed out: a cell is ${number(this.#scale)} pages, in the colour of most of them.`);
    at("map-back").disabled = this.#from === 0;
    at("map-on").disabled = this.#from + this.#cells.length * this.#scale >= this.#pages;
    at("map-whole").disabled = this.#fits;
  }

  #zoom(step) {
    this.#fits = false;
    const middle = this.#cursor >= 0 ? this.#cursor : this.#from + Math.floor(this.#cells.length * this.#scale / 2);
    const i = SIZES.indexOf(this.#size);
    if (step > 0 && this.#scale > 1) this.#scale /= 2;
    else if (step > 0) this.#size = SIZES[Math.min(SIZES.length - 1, i + 1)];
    else if (i > 0) this.#size = SIZES[i - 1];
    else if (this.#scale * this.#cells.length < this.#pages) this.#scale *= 2;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const columns = Math.max(1, Math.floor(width / this.#size));
    this.#goTo(middle - roomFor(width, height, this.#size) * this.#scale / 2, columns);
  }

  #move(screens) {
    this.#fits = false;
    this.#goTo(this.#from + screens * this.#columns * Math.max(1, this.#rows - 1) * this.#scale, this.#columns);
  }

  /** Rows begin with a page that does not depend on how one came there. */
  #goTo(page, columns) {
    const row = columns * this.#scale;
    const last = Math.max(0, Math.ceil(this.#pages / row) - 1);
    this.#from = Math.min(last, Math.max(0, Math.round(page / row))) * row;
    this.#layOut();
  }

  #point(event, open) {
    const column = Math.floor(event.offsetX / this.#size), row = Math.floor(event.offsetY / this.#size);
    const page = this.#from + (row * this.#columns + column) * this.#scale;
    if (column >= this.#columns || row >= this.#rows || page >= this.#pages) return;
    this.#choose(page);
    if (open) this.#open(page);
  }

  #choose(page) {
    this.#cursor = page;
    const use = USES[this.#cells[Math.floor((page - this.#from) / this.#scale)]] ?? "";
    say(at("map-cell"), this.#scale === 1
      ? `Page ${number(page)}: ${use}`
      : `From page ${number(page)}: mostly ${use}`);
    this.#draw();
  }

  #open(page) {
    this.#opened = page;
    this.#draw();
    this.dispatchEvent(new CustomEvent("open", { detail: page }));
  }

  #press(event) {
    const row = this.#columns * this.#scale;
    const steps = { ArrowLeft: -this.#scale, ArrowRight: this.#scale, ArrowUp: -row, ArrowDown: row };
    if (event.key in steps) {
      const to = this.#cursor < 0 ? this.#from : this.#cursor + steps[event.key];
      if (to >= 0 && to < this.#pages) {
        const end = this.#from + this.#cells.length * this.#scale;
        if (to < this.#from || to >= end) this.#move(to < this.#from ? -1 : 1);
        this.#choose(to);
      }
    } else if (event.key === "Enter" || event.key === " ") {
      if (this.#cursor >= 0) this.#open(this.#cursor);
    } else if (event.key === "+" || event.key === "-") {
      this.#zoom(event.key === "+" ? 1 : -1);
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      this.#move(event.key === "PageUp" ? -1 : 1);
    } else {
      return;
    }
    event.preventDefault();
  }

  #flashWhere(matches) {
    const now = performance.now();
    for (let cell = 0; cell < this.#cells.length; cell++) {
      if (matches(this.#cells[cell], this.#from + cell * this.#scale)) this.#flash[cell] = now - FLASH * .55; // gently
    }
    this.#draw();
  }

  #draw() {
    if (!this.#drawing) this.#drawing = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#drawing = 0;
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const [pixels, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== pixels) this.#canvas.width = pixels;
    if (this.#canvas.height !== lines) this.#canvas.height = lines;
    const context = this.#canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const gap = this.#size > 7 ? 1.5 : 1;
    const side = this.#size - gap;
    const now = performance.now();
    let moving = false;
    for (let cell = 0; cell < this.#cells.length; cell++) {
      const use = this.#cells[cell];
      if (use === OUTSIDE) continue;
      const x = cell % this.#columns * this.#size, y = Math.floor(cell / this.#columns) * this.#size;
      context.fillStyle = this.#colours[USES[use]];
      context.fillRect(x, y, side, side);
      const left = 1 - (now - this.#flash[cell]) / FLASH;
      if (left > 0) {
        context.globalAlpha = calm.matches ? .35 : .8 * left;
        context.fillStyle = use === 0 && !dark.matches ? this.#colours.ink : this.#colours.flash;
        context.fillRect(x, y, side, side);
        context.globalAlpha = 1;
        moving = true;
      }
    }
    this.#frame(context, this.#opened, 2);
    if (document.activeElement === this.#canvas) this.#frame(context, this.#cursor, 1.5);
    if (moving) this.#draw();
  }

  #frame(context, page, thickness) {
    const cell = Math.floor((page - this.#from) / this.#scale);
    if (page < 0 || cell < 0 || cell >= this.#cells.length) return;
    context.strokeStyle = this.#colours.ink;
    context.lineWidth = thickness;
    context.strokeRect(cell % this.#columns * this.#size - .5, Math.floor(cell / this.#columns) * this.#size - .5,
      this.#size, this.#size);
  }
}

function roomFor(width, height, size) {
  return Math.min(MOST_CELLS, Math.max(1, Math.floor(width / size)) * Math.max(1, Math.floor(height / size)));
}
