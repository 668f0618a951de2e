/** The page's figures: words, drawing and numbers of a chart, taken over as they come. */

import { write } from "./csv";
import { attach } from "./figure";
import { cell, type Cell, type Column, type Numbers } from "./numbers";

export interface Chart {
  readonly kind: string;
  readonly title: string;
  readonly caption: string;
  readonly notes: readonly string[];
  readonly alternative: string;
  readonly view: string;
  readonly view_words: string;
  readonly version: string;
  readonly disclaimer: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly svg: string;
}

/** A chart's numbers as a file. */
function toCsv(chart: Chart): string {
  return write(chart, { view: chart.view, version: chart.version, about: chart.disclaimer });
}

/** One figure of the page. */
export class Figure {
  readonly name: string;
  private chart: Chart | null = null;
  private numbers: Numbers | null = null;
  private readonly picture: HTMLElement;
  private readonly table: HTMLDetailsElement;

  constructor(readonly element: HTMLElement) {
    this.name = element.dataset["chart"] ?? "";
    this.picture = this.part("[data-picture]");
    this.table = this.part<HTMLDetailsElement>("details.numbers");
    element.classList.add("empty");
    attach(element, () => this.numbers, { name: this.name, csv: () => this.chart && toCsv(this.chart) });
    this.table.addEventListener("toggle", () => this.fill());
  }

  get width(): number {
    return this.element.clientWidth;
  }

  /** Take a chart over. */
  show(chart: Chart): void {
    this.chart = chart;
    const about = `View ${chart.view_words}. Closed Sky ${chart.version}. ${chart.disclaimer}`;
    this.numbers = { columns: chart.columns, rows: chart.rows, about };
    this.element.classList.remove("empty", "stale", "none");
    this.part(".title").textContent = chart.title;
    this.part(".caption").textContent = chart.caption;
    this.part(".notes").replaceChildren(...chart.notes.map(paragraph));
    this.part(".about").textContent = about;
    this.part("summary").textContent = `The numbers of “${chart.title}”`;
    this.part(".scroll").setAttribute("aria-label", `Numbers of ${chart.title}`);
    const drawing = drawn(chart.svg);
    if (drawing) this.picture.replaceChildren(drawing);
    this.fill();
  }

  /** Say why there is no chart. */
  none(words: string): void {
    this.chart = null;
    this.numbers = null;
    this.element.classList.remove("empty", "stale");
    this.element.classList.add("none");
    this.part(".title").textContent = "Not shown";
    this.part(".caption").textContent = words;
    this.picture.replaceChildren();
  }

  /** What is shown belongs to what was set before. */
  outdate(): void {
    if (this.chart) this.element.classList.add("stale");
  }

  private part<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.element.querySelector<T>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  /** Write the table, if anybody looks at it. */
  private fill(): void {
    if (!this.table.open || !this.numbers) return;
    const [head, body] = [this.part("thead"), this.part("tbody")];
    const names = document.createElement("tr");
    for (const { label, unit } of this.numbers.columns) {
      const name = document.createElement("th");
      name.scope = "col";
      name.textContent = unit ? `${label}, ${unit}` : label;
      names.append(name);
    }
    head.replaceChildren(names);
    body.replaceChildren(
      ...this.numbers.rows.map((values, place) => {
        const row = document.createElement("tr");
        row.tabIndex = place ? -1 : 0;
        for (const value of values) {
          const made = row.insertCell();
          made.textContent = cell(value);
          if (typeof value === "number") made.className = "number";
        }
        return row;
      }),
    );
  }
}

/** Read a drawing as SVG and nothing else: no text of a case is ever taken for HTML. */
function drawn(svg: string): Node | null {
  const read = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return read.localName === "svg" ? document.importNode(read, true) : null;
}

export function paragraph(words: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = words;
  return made;
}
