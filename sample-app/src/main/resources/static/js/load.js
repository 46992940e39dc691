// The slider of writers.

import { ask, at, inWords, number, plural, say } from "./dom.js";

const WRITERS = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256];
const WHAT = "Each writer rewrites a protected page of its own, and waits for each commit.";

export class Load {
  #asked = 0;
  #touched = 0;

  constructor() {
    const slider = at("writers");
    slider.addEventListener("input", () => {
      this.#touched = Date.now();
      this.#show(WRITERS[slider.value]);
      clearTimeout(this.#asked);
      this.#asked = setTimeout(() => this.#ask(WRITERS[slider.value]), 150);
    });
    this.#show(0);
  }

  stats({ load }) {
    if (Date.now() - this.#touched > 1500) { // not while somebody is moving it
      const nearest = WRITERS.findIndex(count => count >= load.writers);
      at("writers").value = nearest;
      this.#show(load.writers);
    }
    say(at("load-note"), load.writers
      ? `${WHAT} ${number(load.acknowledged)} acknowledged. They stop in ${load.secondsLeft} s.`
      : `${WHAT}${load.stopped ? ` They have stopped: ${load.stopped}` : " They stop after two minutes."}`);
  }

  #show(count) {
    say(at("writers-shown"), count ? number(count) : "none");
    at("writers").setAttribute("aria-valuetext", count ? plural(count, "writer") : "none");
  }

  async #ask(count) {
    try {
      await ask(`/api/load?writers=${count}`, { method: "PUT" });
    } catch (problem) {
      say(at("load-note"), inWords(problem));
      this.#touched = Date.now() + 3000; // to be read
    }
  }
}
