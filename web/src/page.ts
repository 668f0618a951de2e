/** The live page: what is set on the left is asked of the server, and what comes back is shown on the right. */

import { Assumptions, type Group } from "./assumptions";
import { Figure, paragraph } from "./charts";
import { type Choice, controls, type Option, type Preset } from "./controls";
import { byId, button, make } from "./dom";
import { openDrawer } from "./drawer";
import { type Copies, copyButtons, positions } from "./share";
import { type Answer, type SliderData, Socket } from "./socket";
import { fromAddress, Kept, type State, toAddress } from "./state";

interface Start {
  readonly title: string;
  readonly caution: string;
  readonly version: string;
  readonly model: string;
  readonly state: State;
  readonly quick: number;
  readonly settled: number;
  readonly now: string;
  readonly options: readonly Option[];
  readonly switches: readonly Choice[];
  readonly groups: readonly Group[];
  readonly influence: Readonly<Record<string, number>>;
  readonly presets: readonly Preset[];
}

/** A slider rests once it has not moved for so long, in milliseconds. */
const RESTS = 450;

/** Pixels by which the column may change before charts are drawn anew. */
const NOTABLE = 8;

/** Assumptions that stand with the switches. */
const PINNED = ["resolve"];

/** Charts that follow a slider. */
const QUICK = new Set(["options", "dots", "fan", "ladder"]);

/** Which figures a stage fills, for when it has nothing to show. */
const OF_STAGE: Readonly<Record<string, readonly string[]>> = {
  base: ["exchange", "region", "regret"],
  record: ["harm", "record"],
  past: ["past"],
  debate: ["debate"],
  deciding: ["explore", "deciding"],
  place: ["map"],
};

/** Where the sentences of a stage go. */
const WORDS_OF: Readonly<Record<string, string>> = {
  debate: "debate",
  record: "record",
  past: "past",
  deciding: "decides",
};

const STAGE_WORDS: Readonly<Record<string, string>> = {
  quick: "every option over more futures",
  base: "what would turn the preference",
  changes: "the record",
  record: "past campaigns",
  past: "both sides of what is contested",
  debate: "where it holds, and what decides it",
  deciding: "the map",
};

const start = JSON.parse(byId("start").textContent ?? "{}") as Start;
const figures = [...document.querySelectorAll<HTMLElement>("figure[data-chart]")].map((each) => new Figure(each));
const byName = new Map(figures.map((each) => [each.name, each]));
const seen = new Set<string>();
const copies: Copies = { command: "", python: "", citation: "" };
let basis = "";
let resting: ReturnType<typeof setTimeout> | undefined;
let thenScales: Record<string, SliderData> = {};
let nowScales: Record<string, SliderData> = {};
let shownView = "then";
/** Whether the address holds what is set: browsers let it be rewritten only so often, and some throw beyond that. */
let isWritten = true;
/** Whether the charts on the screen are of all futures of what is set, not of the few that follow a slider. */
let isWhole = false;

const kept = new Kept(fromAddress(location.search, start.state), changed);
const panel = byId("panel");
const notices = byId("notices");
const assumptions = new Assumptions(start.groups, kept, (id) => void openDrawer(id), PINNED);
const sheet = button("Assumptions", () => {
  const isClosed = document.body.classList.toggle("closed");
  sheet.setAttribute("aria-expanded", String(!isClosed));
  sheet.textContent = isClosed ? "Show the assumptions" : "Hide the assumptions";
}, "");
sheet.id = "sheet";
sheet.textContent = "Show the assumptions";
sheet.setAttribute("aria-expanded", "false");
document.body.classList.add("closed"); // on a telephone what was found comes first
panel.append(sheet, make("h2", { text: "What you assume" }));
const update = controls(panel, start, kept, start.state, (names) => {
  const words = `Left out under the view now, which runs nothing anew: ${names.map(labelOf).join(", ")}. Undo brings it back.`;
  notice("left", names.length ? words : "");
});
for (const id of PINNED) {
  const row = assumptions.row(id);
  if (row) panel.append(row);
}
panel.append(
  make("h2", { text: "Assumptions, the most influential first" }),
  assumptions.element,
  make("h2", { text: "Take it away" }),
  copyButtons(() => copies, about, link),
  positions(() => kept.state, (state, words) => {
    kept.set({ ...state, view: "then" });
    notice("position", `${words}: what it leaves out stays as the case has it.`);
  }),
);
for (const { assumptions: each } of start.groups) for (const { id, slider } of each) thenScales[id] = slider;
assumptions.order(start.influence);

const socket = new Socket(heard, (is) => {
  if (is) notice("lost", "");
  else notice("lost", "The server cannot be reached; trying again.");
});

const watch = new IntersectionObserver((entries) => {
  let isNew = false;
  for (const { target, isIntersecting } of entries) {
    const name = (target as HTMLElement).dataset["chart"] ?? "";
    if (isIntersecting && QUICK.has(name) && !seen.has(name)) isNew = true;
    if (isIntersecting) seen.add(name);
    else seen.delete(name);
  }
  if (isNew && byName.size && [...seen].some((name) => byName.get(name)?.element.classList.contains("stale"))) ask(false);
});
for (const each of figures) watch.observe(each.element);

let drawnFor = 0;
new ResizeObserver(() => {
  const width = byName.get("options")?.width ?? 0;
  if (drawnFor && width && Math.abs(width - drawnFor) > NOTABLE) rest();
}).observe(byId("found"));

const given = new URLSearchParams(location.search).get("model");
if (given !== null && given !== start.model) {
  notice(
    "old",
    `This link was made with another version of the model or of the case (${given}; here it is ${start.model}): its ` +
      "numbers may differ from those that were seen.",
  );
}
show(kept.state);
ask(false);

/** Everything that depends on what is set, and needs no answer. */
function show(state: State): void {
  if (state.view !== shownView) {
    shownView = state.view;
    assumptions.scales(state.view === "now" && Object.keys(nowScales).length ? nowScales : thenScales);
  }
  update(state);
  assumptions.update(state);
}

function changed(state: State, settled: boolean): void {
  show(state);
  isWritten = false;
  for (const each of figures) if (!(QUICK.has(each.name) && seen.has(each.name))) each.outdate();
  byId("turns").classList.add("stale");
  basis = ""; // that of what was set before
  isWhole = false;
  notice("error", "");
  notice("left", "");
  ask(false);
  void settled; // a key press settles at once, yet the next may follow: only time tells that a slider rests
}

function ask(isRest: boolean): void {
  clearTimeout(resting);
  if (isRest && !isWritten) history.replaceState(null, "", toAddress(kept.state, start.model));
  isWritten ||= isRest;
  // before anything was seen the first chart alone is asked for, so that it is there the sooner
  const names = isRest ? [...QUICK] : seen.size ? [...seen].filter((name) => QUICK.has(name)) : ["options"];
  drawnFor = byName.get("options")?.width ?? 0;
  const width = Math.min(Math.max(drawnFor || 720, 320), 2400);
  socket.ask({ state: kept.state, width, shown: names, rest: isRest });
  if (!isRest) rest();
}

/** Ask for everything once nothing has moved for a while. */
function rest(): void {
  clearTimeout(resting);
  resting = setTimeout(() => ask(true), RESTS);
}

function heard(answer: Answer, isNewest: boolean): void {
  if (answer.now !== undefined) return readyNow(answer);
  if (answer.error !== undefined && isNewest) notice("error", answer.error);
  if (answer.replaced || (!isNewest && answer.stage !== "quick")) return;
  byId("found").classList.toggle("waiting", answer.wait !== undefined);
  if (answer.wait !== undefined) {
    notice("wait", answer.wait);
    byId("status").textContent = "What is pale below belongs to what was set before.";
    for (const each of figures) each.outdate();
    isWhole = false;
    return;
  }
  if (answer.stage === undefined) return;
  notice("wait", "");
  if (answer.command !== undefined) {
    copies.command = answer.command;
    copies.python = answer.python ?? "";
    copies.citation = answer.citation ?? "";
  }
  if (answer.basis !== undefined) basis = answer.basis;
  if (answer.stage === "quick" && isWhole) return; // another width: what is there is of more futures
  if (answer.stage === "base" && answer.futures) isWhole = true;
  for (const [name, chart] of Object.entries(answer.charts ?? {})) byName.get(name)?.show(chart);
  if (answer.note !== undefined || answer.error !== undefined) {
    for (const name of OF_STAGE[answer.stage] ?? []) byName.get(name)?.none(answer.note ?? answer.error ?? "");
  }
  if (answer.summary !== undefined) {
    byId("summary").textContent = answer.summary;
    if (answer.stage !== "quick") byId("aloud").textContent = answer.summary; // not every step of a drag is read aloud
  }
  if (answer.influence) assumptions.order(answer.influence);
  if (answer.preferred !== undefined) say("preferred", [answer.preferred].filter((each) => each));
  if (answer.stage === "changes") turns(answer);
  else if (WORDS_OF[answer.stage]) say(WORDS_OF[answer.stage] ?? "", (answer.words ?? []) as string[]);
  status(answer);
}

function status(answer: Answer): void {
  const words: string[] = [];
  if (answer.stage === "quick" && answer.futures) {
    const worth = Object.values(answer.effective ?? {});
    if (worth.length) words.push(`${answer.futures.toLocaleString("en-US")} accepted futures, worth ${Math.min(...worth).toFixed(0)} near these sliders`);
    else words.push(`${answer.futures.toLocaleString("en-US")} futures while a slider moves`);
  } else if (answer.stage === "base" && answer.futures) {
    words.push(`${answer.futures.toLocaleString("en-US")} futures`);
  } else words.push((byId("status").textContent ?? "").split(". ")[0]?.replace(/\.$/, "") ?? "");
  const next = answer.last ? "" : STAGE_WORDS[answer.stage ?? ""];
  if (next) words.push(`Being worked out: ${next}`);
  if (basis && answer.stage !== "quick") words.push(basis);
  byId("status").textContent = `${words.filter((each) => each).join(". ")}.`;
  document.documentElement.dataset["stage"] = answer.last ? "done" : (answer.stage ?? "");
}

/** What would change one's mind: in words, with a way to the assumptions that are named. */
function turns(answer: Answer): void {
  const place = byId("turns");
  place.replaceChildren();
  place.classList.remove("stale");
  const words = (answer.words ?? []) as { path: string; words: string; names: readonly string[] }[];
  if (!words.length) place.append(paragraph(answer.note ?? answer.error ?? "Nothing is preferred to itself: look into another option."));
  for (const each of words) {
    const item = make("div", { class: "turn" }, make("p", { text: `On the ${each.path} path: ${each.words}` }));
    const row = make("div", { class: "row" });
    for (const name of each.names) row.append(button(`Show ${name.replaceAll("_", " ")}`, () => assumptions.reveal(name)));
    if (each.names.length) item.append(row);
    place.append(item);
  }
}

function readyNow(answer: Answer): void {
  nowScales = { ...(answer.sliders ?? {}) };
  if (answer.said) notice("wait", answer.said);
  else notice("wait", "");
  if (kept.state.view === "now" && !answer.said) {
    shownView = "";
    show(kept.state);
    ask(true);
  }
}

function say(id: string, words: readonly string[]): void {
  document.querySelector(`[data-words="${id}"]`)?.replaceChildren(...words.map(paragraph));
}

/** Say something above what was found; no words take it away. */
function notice(kind: string, words: string): void {
  let place = notices.querySelector<HTMLElement>(`[data-notice="${kind}"]`);
  if (!words) return place?.remove();
  if (!place) {
    place = make("p", { class: "notice" });
    place.dataset["notice"] = kind;
    notices.append(place);
  }
  if (place.textContent !== words) place.textContent = words;
}

/** What people call an assumption or a way of modelling. */
function labelOf(name: string): string {
  const all = [...start.switches, ...start.groups.flatMap((group) => group.assumptions)];
  return all.find(({ id }) => id === name)?.label ?? name;
}

/** All that is set, to be opened again. */
function link(): string {
  return new URL(toAddress(kept.state, start.model), location.href).href;
}

/** What goes with every copy. */
function about(): string {
  const view = byName.get("options")?.element.querySelector(".about")?.textContent ?? "";
  return view || `View ${kept.state.view}. Closed Sky ${start.version}. ${start.caution}`;
}
