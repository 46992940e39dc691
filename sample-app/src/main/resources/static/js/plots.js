// Lines over the last two minutes. They are kept here and nowhere else.

import uPlot from "/webjars/uplot/dist/uPlot.esm.js";
import { at, make, number } from "./dom.js";

const SPAN = 120; // seconds
const LONGEST_STEP = 3; // seconds
const SHORTEST_LOOK = 100; // milliseconds: in less nothing has happened, or too much of it
const HEIGHT = 126;
const rounded = value => value >= 100 ? number(Math.round(value)) : String(+value.toPrecision(2));
const micros = value => value >= 1000 ? `${rounded(value / 1000)} ms` : `${rounded(value)} µs`;

const PLOTS = [
  { title: "Commits a second", lines: [{ of: (s, per) => per(s.since.commits) }] },
  { title: "Callers a commit", lines: [{ of: s => s.since.commits ? s.since.callers / s.since.commits : null }] },
  { title: "Time of a commit", as: micros, lines: [
    { name: "half of them", of: s => s.since.p50 ?? null },
    { name: "99 of 100", of: s => s.since.p99 ?? null }] },
  { title: "Bytes written for each byte of users", lines: [
    { of: s => s.since.userBytes ? s.since.deviceBytes / s.since.userBytes : null }] },
  { title: "Pages", as: rounded, lines: [
    { name: "free", of: s => s.state === "Open" ? s.free : null },
    { name: "pages", of: s => s.state === "Open" ? s.pages : null }] },
  { title: "Generation", as: value => number(Math.round(value)), zero: false, lines: [{ of: s => s.generation }] },
];

export class Plots {
  #plots;

  constructor() {
    this.#plots = PLOTS.map(plot => new Plot(plot));
    at("plots").append(...this.#plots.map(plot => plot.element));
    const redo = () => this.#plots.forEach(plot => plot.lay());
    new ResizeObserver(redo).observe(at("plots"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redo);
  }

  stats(stats) {
    if (stats.since.millis < SHORTEST_LOOK) return; // the first one of a stream
    const now = Date.now() / 1000;
    for (const plot of this.#plots) plot.add(now, stats);
  }
}

class Plot {
  #what;
  #data;
  #space = make("div");
  #values;
  #drawn = null;

  constructor(what) {
    this.#what = what;
    this.#data = [[], ...what.lines.map(() => [])];
    this.#values = what.lines.map(() => make("b", { text: "–" }));
    this.element = make("div", { className: "plot" },
      make("h3", { text: what.title }),
      make("p", {}, ...what.lines.map((line, i) => make("span", {},
        make("span", { className: i ? "key second" : "key" }),
        ...(line.name ? [line.name + " "] : []), this.#values[i]))),
      this.#space);
    this.#space.setAttribute("aria-hidden", "true"); // the numbers above are the same in words
  }

  add(now, stats) {
    const seconds = Math.max(.001, stats.since.millis / 1000);
    const [times, ...lines] = this.#data;
    if (times.length && now - times.at(-1) > LONGEST_STEP) this.#data.forEach((values, i) => values.push(i ? null : now - LONGEST_STEP)); // no line where nothing was measured
    times.push(now);
    this.#what.lines.forEach((line, i) => {
      const value = line.of(stats, count => count / seconds);
      lines[i].push(value);
      this.#values[i].textContent = value === null ? "–" : (this.#what.as ?? rounded)(value);
    });
    while (times.length && times[0] < now - SPAN) this.#data.forEach(values => values.shift());
    this.#drawn?.setData(this.#data, false);
    this.#drawn?.setScale("x", { min: now - SPAN, max: now });
  }

  /** Draws anew, in the width and the colours of now. */
  lay() {
    const width = this.#space.clientWidth;
    if (!width) return;
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue("--" + name).trim();
    const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
    const as = this.#what.as ?? rounded;
    const zero = this.#what.zero ?? true;
    this.#drawn?.destroy();
    this.#drawn = new uPlot({
      width, height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false },
        y: { range: (_, low, high) => low === null ? [0, 1] : zero ? [0, Math.max(1, high * 1.1)] : low === high ? [low - 1, high + 1] : [low, high] },
      },
      axes: [
        { ...axis, size: 22, gap: 6, space: 60, splits: plot => [-120, -90, -60, -30, 0].map(ago => plot.scales.x.max + ago),
          values: (plot, splits) => splits.map(split => split === plot.scales.x.max ? "now" : `${Math.round(split - plot.scales.x.max)} s`) },
        { ...axis, size: 58, gap: 4, space: 28, values: (_, splits) => splits.map(as) },
      ],
      series: [{}, ...this.#what.lines.map((_, i) => ({
        stroke: colour(i ? "second" : "first"), width: 1.75, points: { show: false }, spanGaps: false }))],
      padding: [6, 14, 0, 0],
    }, this.#data, this.#space);
    const now = Date.now() / 1000;
    this.#drawn.setScale("x", { min: now - SPAN, max: now });
  }
}
