/** The assumptions as sliders, by what they are about, the most influential first. */

import { button, make } from "./dom";
import { amount, placeOf, STEPS, valueAt } from "./scale";
import type { SliderData } from "./socket";
import type { Kept, State, Value } from "./state";

export interface Assumption {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly basis: string;
  readonly slider: SliderData;
}

export interface Group {
  readonly id: string;
  readonly label: string;
  readonly assumptions: readonly Assumption[];
}

const SVG = "http://www.w3.org/2000/svg";

/** Groups that are open at first. */
const OPEN = 2;

/** One assumption: its value, its distribution behind the slider, its evidence, and the way back to its range. */
class Row {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly value: HTMLElement;
  private readonly back: HTMLButtonElement;
  private readonly bars: SVGSVGElement;
  private data: SliderData;

  constructor(
    readonly assumption: Assumption,
    private readonly kept: Kept,
    open: (id: string) => void,
  ) {
    this.data = assumption.slider;
    const id = `slide-${assumption.id}`;
    const name = make("label", { text: assumption.label });
    name.htmlFor = id;
    this.value = make("span", { class: "value" });
    this.input = make("input", { id });
    this.input.type = "range";
    this.input.min = "0";
    this.input.max = String(STEPS);
    this.input.addEventListener("input", () => this.kept.assume(assumption.id, this.read(), false));
    this.input.addEventListener("change", () => this.kept.assume(assumption.id, this.read()));
    this.bars = document.createElementNS(SVG, "svg");
    this.bars.setAttribute("aria-hidden", "true");
    this.bars.setAttribute("preserveAspectRatio", "none");
    this.back = button("Back to its range", () => this.kept.assume(assumption.id, null), "");
    const evidence = button("What it rests on", () => open(assumption.id), "");
    evidence.setAttribute("aria-label", `What “${assumption.label}” rests on`);
    this.back.setAttribute("aria-label", `Back to the range of “${assumption.label}”`);
    const basis = make("span", { class: "basis", text: assumption.basis });
    this.element = make(
      "div",
      { class: "slider" },
      make("div", { class: "name" }, name, this.value),
      make("div", { class: "track" }, this.input),
      make("div", { class: "under" }, evidence, this.back, basis),
    );
    this.element.dataset["assumption"] = assumption.id;
    this.element.querySelector(".track")?.prepend(this.bars);
    this.draw();
  }

  /** Take up another range and distribution. */
  scale(data: SliderData): void {
    this.data = data;
    this.draw();
  }

  update(state: State): void {
    const given: Value | undefined = state.sets[this.assumption.id];
    const { unit } = this.assumption;
    const isFixed = typeof given === "number";
    const ends = typeof given === "object" ? given : [this.data.low, this.data.high];
    const [low, high] = [ends[0] ?? this.data.low, ends[1] ?? this.data.high];
    const middle = typeof given === "object" ? (low + high) / 2 : this.data.middle;
    const place = String(placeOf(isFixed ? given : middle, this.data));
    if (this.input.value !== place) this.input.value = place;
    const beyond = isFixed && (given < this.data.low || given > this.data.high) ? ", outside its range" : "";
    const words = isFixed ? amount(given, unit) + beyond : `${amount(low, unit).replace(` ${unit}`, "")} to ${amount(high, unit)}`;
    if (this.value.textContent !== words) this.value.textContent = words;
    this.input.setAttribute("aria-valuetext", isFixed ? words : `not set: ${words}`);
    this.element.classList.toggle("set", given !== undefined);
    this.element.classList.toggle("free", given === undefined);
    this.back.hidden = given === undefined;
  }

  private read(): number {
    return valueAt(Number(this.input.value), this.data);
  }

  private draw(): void {
    const bars = this.data.bars;
    this.bars.setAttribute("viewBox", `0 0 ${bars.length} 1`);
    this.bars.replaceChildren(
      ...bars.map((tall, place) => {
        const bar = document.createElementNS(SVG, "rect");
        const given = { x: place + 0.05, y: 1 - tall, width: 0.9, height: tall };
        for (const [name, value] of Object.entries(given)) bar.setAttribute(name, String(value));
        return bar;
      }),
    );
  }
}

/** All of them. */
export class Assumptions {
  readonly element = make("div", { class: "assumptions" });
  private readonly rows = new Map<string, Row>();
  private readonly groups = new Map<string, { element: HTMLDetailsElement; group: Group }>();
  private readonly search: HTMLInputElement;

  constructor(groups: readonly Group[], kept: Kept, open: (id: string) => void, pinned: readonly string[]) {
    this.search = make("input", { id: "search" });
    this.search.type = "search";
    this.search.addEventListener("input", () => this.filter());
    const label = make("label", { text: "Find an assumption " });
    label.append(this.search);
    this.element.append(make("p", { class: "small" }, label));
    for (const group of groups) {
      const details = make("details", { class: "group" }, make("summary", { text: group.label }));
      for (const each of group.assumptions) {
        const row = new Row(each, kept, open);
        this.rows.set(each.id, row);
        if (!pinned.includes(each.id)) details.append(row.element);
      }
      this.groups.set(group.id, { element: details, group });
      this.element.append(details);
    }
  }

  /** The row of an assumption that stands elsewhere. */
  row(id: string): HTMLElement | null {
    return this.rows.get(id)?.element ?? null;
  }

  update(state: State): void {
    for (const row of this.rows.values()) row.update(state);
    for (const { element, group } of this.groups.values()) {
      const many = group.assumptions.filter(({ id }) => id in state.sets).length;
      const summary = element.querySelector("summary");
      if (summary) summary.textContent = many ? `${group.label} (${many} set)` : group.label;
    }
  }

  /** Take up other ranges, as those of the other view. */
  scales(data: Readonly<Record<string, SliderData>>): void {
    for (const [id, each] of Object.entries(data)) this.rows.get(id)?.scale(each);
  }

  /** Put groups and assumptions in order, the most influential first; nothing moves under a hand. */
  order(influence: Readonly<Record<string, number>>): void {
    if (this.element.contains(document.activeElement)) return;
    const of = (id: string): number => influence[id] ?? 0;
    const entries = [...this.groups.values()];
    const total = ({ group }: { group: Group }): number => Math.max(...group.assumptions.map(({ id }) => of(id)));
    entries.sort((a, b) => total(b) - total(a));
    const isFirst = !this.element.dataset["ordered"];
    this.element.dataset["ordered"] = "";
    entries.forEach(({ element, group }, place) => {
      if (isFirst) element.open = place < OPEN;
      const ids = [...group.assumptions].sort((a, b) => of(b.id) - of(a.id)).map(({ id }) => id);
      for (const id of ids) {
        const row = this.rows.get(id)?.element;
        if (row && row.parentElement === element) element.append(row);
      }
      this.element.append(element);
    });
  }

  /** Open the group of an assumption and go there. */
  reveal(id: string): void {
    const row = this.rows.get(id)?.element;
    const group = row?.closest("details");
    if (group) group.open = true;
    row?.scrollIntoView({ block: "center" });
    row?.querySelector("input")?.focus({ preventScroll: true });
  }

  private filter(): void {
    const wanted = this.search.value.trim().toLowerCase();
    for (const { element, group } of this.groups.values()) {
      let some = false;
      for (const { id, label } of group.assumptions) {
        const row = this.rows.get(id)?.element;
        if (!row || row.parentElement !== element) continue;
        row.hidden = wanted !== "" && !`${label} ${id}`.toLowerCase().includes(wanted);
        some ||= !row.hidden;
      }
      element.hidden = !some;
      if (wanted && some) element.open = true;
    }
  }
}
