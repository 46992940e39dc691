// One stream of server-sent events for all that is shown. It is closed while nobody can see the page.

export class Live extends EventTarget {
  #source = null;
  #query = null;
  #again = 0;

  constructor() {
    super();
    document.addEventListener("visibilitychange", () => document.hidden ? this.#close() : this.#open());
    addEventListener("pagehide", () => this.#close());
  }

  /** Says which part of the map is wanted. */
  watch({ from, cells, scale }) {
    const query = `?from=${from}&cells=${cells}&scale=${scale}`;
    if (query === this.#query && this.#source) return;
    this.#query = query;
    this.#open();
  }

  #open() {
    this.#close();
    if (!this.#query || document.hidden) return;
    const source = new EventSource("/api/live" + this.#query);
    this.#source = source;
    for (const name of ["hello", "stats", "map"]) {
      source.addEventListener(name, event => this.#tell(name, JSON.parse(event.data)));
    }
    source.addEventListener("error", () => {
      this.#tell("gone", null);
      if (source.readyState === EventSource.CLOSED) { // the browser gives up after an answer that is no stream
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.#open(), 1000);
      }
    });
  }

  #close() {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = null;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
