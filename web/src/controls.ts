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

/** Values side by side, of which one is chosen, and what the chosen one means. */
export function radios(
  legend: string,
  name: string,
  values: Readonly<Record<string, string>>,
  chosen: (value: string) => void,
): { element: HTMLFieldSetElement; set: (value: string) => void } {
  const means = make("p", { class: "means" });
  const element = make("fieldset", {}, make("legend", { text: legend }));
  const inputs = new Map<string, HTMLInputElement>();
  for (const value of Object.keys(values)) {
    const input = make("input");
    input.type = "radio";
    input.name = name;
    input.value = value;
    input.addEventListener("change", () => chosen(value));
    inputs.set(value, input);
    element.append(make("label", {}, input, make("span", { text: value })));
  }
  element.append(means);
  return {
    element,
    set: (value) => {
      const input = inputs.get(value);
      if (input) input.checked = true;
      means.textContent = values[value] ?? "";
    },
  };
}

/** Everything above the assumptions; returns what brings it up to date. */
export function controls(
  place: HTMLElement,
  given: { options: readonly Option[]; switches: readonly Choice[]; presets: readonly Preset[]; now: string },
  kept: Kept,
  first: State,
  left: (names: readonly string[]) => void,
): Update {
  const updates: Update[] = [];
  const undo = button("Undo", () => kept.undo());
  const isOption = (state: State): boolean => given.options.some(({ id }) => id === state.option);
  const isView = (state: State): boolean => state.view === "then" || (state.view === "now" && given.now !== "");
  const reset = button("Reset", () =>
    kept.set({
      ...first,
      view: isView(kept.state) ? kept.state.view : first.view, // what an address has made up is left behind
      option: isOption(kept.state) ? kept.state.option : first.option,
    }),
  );
  place.append(make("div", { class: "row" }, undo, reset));
  updates.push((state) => {
    undo.disabled = !kept.canUndo;
    const isOpen = !Object.keys(state.sets).length && state.weight === first.weight;
    const isFirst = isOpen && state.adoption === first.adoption;
    const isUsual = isFirst && state.path === first.path && state.seed === first.seed;
    reset.disabled = isUsual && isOption(state) && isView(state);
  });

  const list = make("select", { id: "option" });
  for (const { id, label } of given.options) {
    const each = make("option", { text: label });
    each.value = id;
    list.append(each);
  }
  list.addEventListener("change", () => kept.set({ option: list.value }));
  const looked = make("label", { class: "field", text: "Option that is looked into" });
  looked.append(list);
  const described = make("p", { class: "means" });
  place.append(looked, described);
  updates.push((state) => {
    list.value = state.option;
    described.textContent = given.options.find(({ id }) => id === state.option)?.description ?? "";
  });

  const add = (element: { element: HTMLElement; set: (value: string) => void }, of: (state: State) => string): void => {
    place.append(element.element);
    updates.push((state) => element.set(of(state)));
  };
  if (given.now) {
    const views = {
      then: "What could be known on the day, and no later fact",
      now: "What the record allows, in hindsight: futures that agree with it are weighed, none is run anew",
    };
    add(
      radios("View", "view", views, (value) => {
        if (value === "then") return kept.set({ view: value });
        const { sets, seed } = kept.state;
        const taken = onlyFixed(kept.state, given.switches);
        kept.set({ view: value, sets: taken, seed: first.seed });
        const all = [...Object.keys(sets), ...(seed === first.seed ? [] : [`seed ${seed}`])];
        left(all.filter((name) => !(name in taken)));
      }),
      (state) => state.view,
    );
  }
  const adoptions = {
    effect: "Every option as if adopted on the first possible day",
    proposed: "Feasibility: only where and when the alliance agrees",
  };
  add(
    radios("Adoption", "adoption", adoptions, (value) => kept.set({ adoption: value })),
    (state) => state.adoption,
  );
  for (const each of given.switches) {
    if (each.id === "war_path") {
      add(
        radios(each.label, "path", { both: "Both paths side by side", ...each.values }, (value) => kept.set({ path: value })),
        (state) => state.path,
      );
      continue;
    }
    const choice = radios(each.label, each.id, each.values, (value) =>
      kept.assume(each.id, value === each.default ? null : value),
    );
    add(choice, (state) => String(state.sets[each.id] ?? each.default));
    updates.push((state) => {
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
    else weight.value = String(kept.state.weight); // what is shown is what counts
  });
  const counted = make("label", { text: "Lives that one future with direct combat counts for " });
  counted.append(weight);
  place.append(make("p", { class: "small" }, counted));
  updates.push((state) => {
    if (document.activeElement !== weight) weight.value = String(state.weight);
  });

  if (given.presets.length) {
    const presets = make("select", { id: "preset" });
    presets.append(make("option", { text: "none" }));
    for (const each of given.presets) presets.append(make("option", { text: each.label }));
    presets.addEventListener("change", () => {
      const preset = given.presets[presets.selectedIndex - 1];
      kept.set({ view: "then", sets: preset ? preset.sets : {} });
    });
    const label = make("label", { class: "field", text: "What a claim takes for granted, or its opposite; all else as the case has it" });
    label.append(presets);
    const why = make("p", { class: "means" });
    place.append(label, why);
    updates.push((state) => {
      const held = given.presets.findIndex(({ sets }) => same(sets, state.sets));
      presets.selectedIndex = held + 1;
      why.textContent = given.presets[held]?.reason ?? "";
    });
  }
  return (state) => {
    for (const update of updates) update(state);
  };
}

/** Whether two people would set the same. */
function same(a: State["sets"], b: State["sets"]): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => String(a[name]) === String(b[name]));
}

/** What the view now can take over: single values of assumptions; it runs nothing anew. */
function onlyFixed(state: State, switches: readonly Choice[]): State["sets"] {
  const names = new Set(switches.map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(state.sets).filter(([name, value]) => typeof value === "number" && !names.has(name) && !name.includes(".")),
  );
}
