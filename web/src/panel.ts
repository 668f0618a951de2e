import type { Words } from "./numbers";

/** Room between a panel and what it is about. */
const GAP = 12;

/** A small panel that says in words what a mark stands for. A screen reader has the same from the live region. */
export class Panel {
  readonly #element = document.createElement("div");
  readonly #figure: HTMLElement;

  constructor(figure: HTMLElement) {
    this.#figure = figure;
    this.#element.className = "panel";
    this.#element.setAttribute("aria-hidden", "true");
    this.#element.hidden = true;
    figure.append(this.#element);
  }

  hide(): void {
    this.#element.hidden = true;
  }

  /** Show words beside a box on the screen, between the sides of the figure and inside the window. */
  show(words: Words, beside: DOMRect): void {
    this.#element.replaceChildren(...parts(words));
    this.#element.hidden = false;
    const figure = this.#figure.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#element;
    const middle = beside.left + beside.width / 2 - figure.left;
    const above = beside.top - height - GAP;
    const below = beside.bottom + GAP;
    // above, so that a hand does not cover it, unless there is more room below
    const over = above >= 0 || beside.top > window.innerHeight - beside.bottom;
    const top = clamp(over ? above : below, window.innerHeight - height) - figure.top;
    this.#element.style.left = `${clamp(middle - width / 2, figure.width - width)}px`;
    this.#element.style.top = `${top}px`;
  }
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

function parts({ head, heads, pairs }: Words): HTMLElement[] {
  const [first, ...others] = head;
  const made: HTMLElement[] = [];
  if (first) made.push(line(first, "strong"));
  if (others.length) made.push(line(others.join(" · "), "quiet"));
  const table = document.createElement("table");
  if (heads.some((text) => text)) {
    const row = table.insertRow();
    for (const text of ["", ...heads]) row.insertCell().textContent = text;
  }
  for (const { label, unit, values } of pairs) {
    const row = table.insertRow();
    // beside one value there is room for its unit; of several each needs it
    const alone = values.length === 1;
    row.insertCell().textContent = alone || !unit ? label : `${label}, ${unit}`;
    for (const value of values) row.insertCell().textContent = alone && unit ? `${value} ${unit}` : value;
  }
  return [...made, table];
}

function line(text: string, kind: string): HTMLElement {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}
