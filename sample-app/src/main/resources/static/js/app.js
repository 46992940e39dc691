// Brings the parts of the page together.

import { at, bytes, number, say } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Live } from "./live.js";
import { Load } from "./load.js";
import { PageMap } from "./map.js";
import { Pages } from "./pages.js";
import { Plots } from "./plots.js";
import { Store } from "./store.js";
import { Switches } from "./switches.js";

const live = new Live();
const pages = new Pages();
const map = new PageMap(live);
const inspector = new Inspector((kind, id) => {
  pages.open(kind, id).then(() => at("text").focus());
});
const BROKEN = "Something went wrong with the file of the store: nothing can be read or saved until it is opened anew.";
const WORDS = { Suspended: "The store has given its file up for a while.", Closed: "The service is about to end." };
let demo = false;
const parts = [map, inspector, new Load(), new Plots(), new Store(), new Switches(), pages];

map.addEventListener("open", event => inspector.open(event.detail));
live.addEventListener("map", event => map.change(event.detail));
live.addEventListener("hello", event => parts.forEach(part => part.hello?.(event.detail)));
live.addEventListener("hello", event => { demo = event.detail.demo; });
live.addEventListener("gone", () => {
  state("No answer", "down");
  parts.forEach(part => part.gone?.());
});
live.addEventListener("stats", event => {
  const stats = event.detail;
  state(stats.state, stats.state === "Open" ? "open" : "down");
  for (const name of ["generation", "pages", "free", "protectedPages"]) {
    say(at(name), stats.state === "Open" || name === "generation" ? number(stats[name]) : "–");
  }
  say(at("fileBytes"), bytes(stats.fileBytes));
  banner(stats.state);
  parts.forEach(part => part.stats?.(stats));
});
live.watch({ from: 0, cells: 1, scale: 1 }); // the map asks for more as soon as it knows how long the file is

function state(word, kind) {
  say(at("state-word"), word);
  at("state").className = `state ${kind}`;
}

function banner(state) {
  at("banner").hidden = state === "Open";
  at("banner").className = "banner bad";
  say(at("banner"), state === "Open" ? ""
    : WORDS[state] ?? `${BROKEN} ${demo ? "Press \u201cReopen\u201d, under Failures." : ""} Health says what it was.`);
}
