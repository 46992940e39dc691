// Failures to be seen: only where the service has switches for them.

import { answer, ask, at, inWords, make, number, plural } from "./dom.js";

export class Switches {
  #survival = null;
  #killing = false;
  #state = "";
  #kill = new Switch("kill -9 me", "Ends the process in the middle of a load. It is started again, and reads what it had acknowledged.");
  #fill = new Switch("Fill the store", "Allocates pages until there is no room for more.");
  #sync = new Switch("Fail a sync", "The next commit cannot be made durable. Nothing that was acknowledged is lost, and nothing goes on until the file is opened anew.");
  #empty = this.#fill.more("Give the pages back");
  #reopen = this.#sync.more("Reopen");

  constructor() {
    at("switches").append(this.#kill.element, this.#fill.element, this.#sync.element);
    this.#kill.does(() => this.#killNow());
    this.#fill.does(() => this.#fillNow());
    this.#sync.does(() => this.#failSync());
    this.#empty.onclick = () => this.#emptyNow();
    this.#reopen.onclick = () => this.#reopenNow();
    this.#empty.hidden = this.#reopen.hidden = true;
  }

  hello({ demo }) {
    at("failures").hidden = !demo;
  }

  gone() {
    if (this.#killing) this.#kill.says("The process is gone. Waiting for it to start again.", "bad");
  }

  stats(stats) {
    this.#reopen.hidden = stats.state !== "Unavailable";
    this.#sync.enabled(stats.state === "Open");
    if (this.#state && this.#state !== "Open" && stats.state === "Open") this.#sync.says("Open again. What was committed is there.", "good");
    this.#state = stats.state;
    const survival = JSON.stringify(stats.survival ?? null);
    if (survival !== this.#survival) {
      this.#survival = survival;
      if (stats.survival) this.#tell(stats.survival);
    }
  }

  #tell(found) {
    this.#killing = false;
    this.#kill.enabled(true);
    const torn = found.regularPages
      ? ` Of ${plural(found.regularPages, "regular page")} that ${found.regularPages === 1 ? "was" : "were"} being written over, ${number(found.tornRegularPages)} ${found.tornRegularPages === 1 ? "holds" : "hold"} a mixture of two writes, as regular pages may: what must not tear belongs in a protected page.`
      : "";
    const kept = found.lost === 0 && found.tornProtectedPages === 0;
    this.#kill.says(`${number(found.acknowledged)} acknowledged, ${number(found.lost)} lost. `
      + `${plural(found.protectedPages, "protected page")} read, ${found.tornProtectedPages ? number(found.tornProtectedPages) : "none"} torn.${torn}`,
      kept ? "good" : "bad");
  }

  async #killNow() {
    this.#killing = true;
    this.#kill.enabled(false);
    this.#kill.says("It writes, and is killed in a moment.");
    try {
      await ask("/api/demo/kill", { method: "POST" });
    } catch (problem) {
      this.#killing = false;
      this.#kill.enabled(true);
      this.#kill.says(inWords(problem), "bad");
    }
  }

  async #fillNow() {
    this.#fill.enabled(false);
    try {
      const { filled } = await (await ask("/api/demo/fill", { method: "POST" })).json();
      this.#fill.says(filled
        ? `Filled ${plural(filled, "page")}; the store is full. Who asks for a new page now is refused: try \u201cNew page\u201d, below.`
        : "The store is full already: there was no page left to fill.", "good");
      this.#empty.hidden = false;
    } catch (problem) {
      this.#fill.says(inWords(problem), "bad");
    }
    this.#fill.enabled(true);
  }

  async #emptyNow() {
    try {
      await ask("/api/demo/fill", { method: "DELETE" });
      this.#fill.says("There is room again.", "good");
      this.#empty.hidden = true;
    } catch (problem) {
      this.#fill.says(inWords(problem), "bad");
    }
  }

  async #failSync() {
    try {
      await ask("/api/demo/fail-sync", { method: "POST" });
      this.#sync.says("The sync failed, so the store does nothing until its file is opened anew. What was acknowledged is safe. Press \u201cReopen\u201d.", "bad");
    } catch (problem) {
      this.#sync.says(inWords(problem), "bad");
    }
  }

  async #reopenNow() {
    try {
      await ask("/api/demo/reopen", { method: "POST" });
    } catch (problem) {
      this.#sync.says(inWords(problem), "bad");
    }
  }
}

class Switch {
  #button;
  #tools;
  #answer = make("p", { className: "answer", hidden: true });

  constructor(name, does) {
    this.#button = make("button", { type: "button", text: name });
    this.#tools = make("div", { className: "tools" }, this.#button);
    this.#answer.setAttribute("role", "status");
    this.element = make("div", { className: "switch" }, this.#tools, make("p", { className: "note", text: does }), this.#answer);
  }

  does(what) {
    this.#button.onclick = what;
  }

  more(name) {
    const button = make("button", { type: "button", text: name });
    this.#tools.append(button);
    return button;
  }

  enabled(is) {
    this.#button.disabled = !is;
  }

  says(text, kind) {
    answer(this.#answer, text, kind);
  }
}
