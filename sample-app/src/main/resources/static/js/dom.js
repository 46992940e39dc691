// Small helpers of all modules.

export const at = id => document.getElementById(id);

/** An element with classes, text and children. */
export function make(name, { className, text, ...rest } = {}, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  Object.assign(element, rest);
  element.append(...children);
  return element;
}

/** Sets a text if it is another one: screen readers read what is set. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const whole = new Intl.NumberFormat("en");
export const number = value => whole.format(value);
export const plural = (count, one, many = one + "s") => `${number(count)} ${count === 1 ? one : many}`;

export function bytes(count) {
  for (const [unit, size] of [["TiB", 2 ** 40], ["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
    if (count >= size) return `${+(count / size).toFixed(count / size < 10 ? 1 : 0)} ${unit}`;
  }
  return `${number(count)} B`;
}

/** Asks the service. What it refuses is thrown, as the problem document that it sent. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw { status: 0, title: "The service does not answer", detail: "Try again in a moment." };
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw { status: answer.status, title: problem.title ?? answer.statusText, detail: problem.detail ?? "" };
  }
  return answer;
}

export const inWords = problem => `${problem.status ? problem.status + ": " : ""}${problem.title}. ${problem.detail ?? ""}`;

/** Shows what came of something. */
export function answer(element, text, kind = "") {
  element.hidden = !text;
  element.className = `answer ${kind}`;
  say(element, text);
}
