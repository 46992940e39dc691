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
const parts = [map, inspector, new Load(), new Plots(), new Store(), new Switches(), pages];

map.addEventListener("open", event => inspector.open(event.detail));
live.addEventListener("map", event => map.change(event.detail));
live.addEventListener("hello", event => parts.forEach(part => part.hello?.(event.detail)));
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
  banner(stats.failure);
  parts.forEach(part => part.stats?.(stats));
});
live.watch({ from: 0, cells: 1, scale: 1 }); // the map asks for more as soon as it knows how long the file is

function state(word, kind) {
  say(at("state-word"), word);
  at("state").className = `state ${kind}`;
}

function banner(failure) {
  at("banner").hidden = !failure;
  at("banner").className = "banner bad";
  say(at("banner"), failure ?? "");
}
