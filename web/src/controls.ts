/** Switches above the assumptions: view, adoption, path, ways of modelling, the option looked into, its weight. */

import { button, make } from "./dom";
import type { Kept, State } from "./state";

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly default: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description: string;
}

export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly claim: string;
  readonly reason: string;
  readonly sets: State["sets"];
}

type Update = (state: State) => void;

/** Values side by side, of which one is chosen. */
export function radios(
  legend: string,
  name: string,
  values: readonly (readonly [string, string])[],
  chosen: (value: string) => void,
  kind = "",
): { element: HTMLFieldSetElement; set: (value: string) => void; enable: (value: string, is: boolean) => void } {
  const element = make("fieldset", { class: kind }, make("legend", { text: legend }));
  const inputs = new Map<string, HTMLInputElement>();
  for (const [value, words] of values) {
    const input = make("input");
    input.type = "radio";
    input.name = name;
    input.value = value;
    input.addEventListener("change", () => chosen(value));
    inputs.set(value, input);
    const label = make("label", {}, input, make("span", { text: words }));
    element.append(label);
  }
  return {
    element,
    set: (value) => {
      const input = inputs.get(value);
      if (input) input.checked = true;
    },
    enable: (value, is) => {
      const input = inputs.get(value);
      if (input) input.disabled = !is;
    },
  };
}

/** Everything above the assumptions; returns what brings it up to date. */
export function controls(
  place: HTMLElement,
  given: { options: readonly Option[]; switches: readonly Choice[]; presets: readonly Preset[]; now: string },
  kept: Kept,
  first: State,
): Update {
  const updates: Update[] = [];
  const undo = button("Undo", () => kept.undo());
  const reset = button("Reset", () => kept.set({ ...first, view: kept.state.view, option: kept.state.option }));
  place.append(make("div", { class: "row" }, undo, reset));
  updates.push((state) => {
    undo.disabled = !kept.canUndo;
    const isFirst = !Object.keys(state.sets).length && !state.weight && state.adoption === first.adoption;
    reset.disabled = isFirst && state.path === first.path;
  });

  if (given.now) {
    const view = radios(
      "What could be known",
      "view",
      [["then", "then: on the day"], ["now", "now: what the record allows"]],
      (value) => kept.set({ view: value, sets: value === "now" ? onlyFixed(kept.state, given.switches) : kept.state.sets }),
    );
    place.append(view.element);
    updates.push((state) => view.set(state.view));
  }

  const options = radios(
    "Option that is looked into",
    "option",
    given.options.map(({ id, label }) => [id, label] as const),
    (value) => kept.set({ option: value }),
    "list",
  );
  place.append(options.element);
  updates.push((state) => options.set(state.option));

  const adoption = radios(
    "What is counted",
    "adoption",
    [["effect", "effect: adopted at once"], ["proposed", "feasibility: only where the alliance agrees"]],
    (value) => kept.set({ adoption: value }),
  );
  place.append(adoption.element);
  updates.push((state) => adoption.set(state.adoption));

  for (const each of given.switches) {
    if (each.id === "war_path") {
      const path = radios(
        each.label,
        "path",
        [["both", "both"], ...Object.keys(each.values).map((value) => [value, value] as const)],
        (value) => kept.set({ path: value }),
      );
      path.element.title = Object.entries(each.values).map(([value, words]) => `${value}: ${words}`).join("\n");
      place.append(path.element);
      updates.push((state) => path.set(state.path));
      continue;
    }
    const choice = radios(each.label, each.id, Object.entries(each.values), (value) =>
      kept.assume(each.id, value === each.default ? null : value),
    "list");
    place.append(choice.element);
    updates.push((state) => {
      choice.set(String(state.sets[each.id] ?? each.default));
      choice.element.disabled = state.view === "now";
    });
  }

  const weight = make("input", { id: "weight" });
  weight.type = "number";
  weight.min = "0";
  weight.step = "any";
  weight.addEventListener("change", () => {
    const value = Number(weight.value);
    if (weight.value.trim() !== "" && Number.isFinite(value) && value >= 0) kept.set({ weight: value });
  });
  const counted = make("label", { text: "Lives that one future with direct combat counts for " });
  counted.append(weight);
  place.append(make("p", { class: "small" }, counted));
  updates.push((state) => {
    if (document.activeElement !== weight) weight.value = String(state.weight);
  });

  if (given.presets.length) {
    const list = make("select", { id: "preset" });
    list.append(make("option", { text: "none" }));
    for (const each of given.presets) list.append(make("option", { text: each.label }));
    const why = make("p", { class: "small quiet" });
    list.addEventListener("change", () => {
      const preset = given.presets[list.selectedIndex - 1];
      why.textContent = preset ? preset.reason : "";
      if (preset) kept.set({ view: "then", sets: preset.sets });
    });
    const label = make("label", { text: "Preset " });
    label.append(list);
    place.append(make("p", { class: "small" }, label), why);
  }
  return (state) => {
    for (const update of updates) update(state);
  };
}

/** What the view now can take over: single values of assumptions; it runs nothing anew. */
function onlyFixed(state: State, switches: readonly Choice[]): State["sets"] {
  const names = new Set(switches.map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(state.sets).filter(([name, value]) => typeof value === "number" && !names.has(name) && !name.includes(".")),
  );
}
