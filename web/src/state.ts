/** What a person has set: kept with its past, and written into the address so that it can be shared. */

export type Value = number | readonly [number, number] | string;

export interface State {
  readonly view: string;
  readonly option: string;
  readonly adoption: string;
  readonly path: string;
  readonly weight: number;
  readonly seed: number;
  readonly sets: Readonly<Record<string, Value>>;
}

/** How many steps back are kept. */
const MOST_BACK = 200;

/** Read a state off an address; what it leaves out is as in `first`. The server judges what it says. */
export function fromAddress(search: string, first: State): State {
  const given = new URLSearchParams(search);
  const sets: Record<string, Value> = {};
  for (const each of given.getAll("set")) {
    const [name = "", ...value] = each.split("=");
    sets[name] = valueOf(value.join("="));
  }
  const number = (name: string, usual: number): number => Number(given.get(name)?.trim() || usual);
  return {
    view: given.get("view") ?? first.view,
    option: given.get("option") ?? first.option,
    adoption: given.get("adoption") ?? first.adoption,
    path: given.get("path") ?? first.path,
    weight: number("weight", first.weight),
    seed: number("seed", first.seed),
    sets,
  };
}

function valueOf(text: string): Value {
  const ends = text.split("..").map(Number);
  const [low, high] = ends;
  if (ends.length === 2 && low !== undefined && high !== undefined && ends.every(Number.isFinite)) return [low, high];
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Write a state as an address: all of it, with the model that gave its numbers. */
export function toAddress(state: State, model: string): string {
  const written = new URLSearchParams({ view: state.view, option: state.option });
  if (state.adoption !== "effect") written.set("adoption", state.adoption);
  if (state.path !== "both") written.set("path", state.path);
  if (state.weight) written.set("weight", String(state.weight));
  written.set("seed", String(state.seed));
  written.set("model", model);
  for (const [name, value] of Object.entries(state.sets)) {
    written.append("set", `${name}=${typeof value === "object" ? value.join("..") : value}`);
  }
  return `?${written.toString()}`;
}

/** A state with its past. */
export class Kept {
  private readonly past: State[] = [];
  private current: State;
  private held = false;

  constructor(
    first: State,
    private readonly changed: (state: State, settled: boolean) => void,
  ) {
    this.current = first;
  }

  get state(): State {
    return this.current;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  /** Set something; while a slider is dragged (`settled` false) only its beginning is kept as a step back. */
  set(change: Partial<State>, settled = true): void {
    if (!this.held) {
      this.past.push(this.current);
      if (this.past.length > MOST_BACK) this.past.shift();
    }
    this.held = !settled;
    this.current = { ...this.current, ...change };
    this.changed(this.current, settled);
  }

  /** Set one assumption or switch; null takes it back to what the case has. */
  assume(name: string, value: Value | null, settled = true): void {
    const sets = { ...this.current.sets };
    if (value === null) delete sets[name];
    else sets[name] = value;
    this.set({ sets }, settled);
  }

  undo(): void {
    const before = this.past.pop();
    if (!before) return;
    this.held = false;
    this.current = before;
    this.changed(this.current, true);
  }
}
