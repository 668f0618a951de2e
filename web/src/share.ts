/** What is taken away from the page, and what is brought to it: copies, positions, and the crux of two of them. */

import { button, make } from "./dom";
import { copy, saveFile } from "./save";
import type { State } from "./state";

export interface Copies {
  command: string;
  python: string;
  citation: string;
}

/** How long a button says what it did, in milliseconds. */
const SAID = 2000;

/** Longest file that is read as a position, in bytes. */
const MOST_BYTES = 100_000;

/** Buttons that copy an address, a command, a line of Python or a citation, each with what it is not. */
export function copyButtons(copies: () => Copies, about: () => string, link: () => string): HTMLElement {
  const row = make("div", { class: "row" });
  const add = (name: string, text: () => string): void => {
    row.append(
      button(name, async (made) => {
        made.textContent = (await copy(text())) ? "Copied" : "That did not work";
        setTimeout(() => {
          made.textContent = name;
        }, SAID);
      }),
    );
  };
  const commented = (text: string): string => `${text}\n${about().replace(/^/gm, "# ")}`;
  add("Copy link", () => `${link()}\n${about()}`);
  add("Copy command", () => commented(copies().command));
  add("Copy Python", () => commented(copies().python));
  add("Copy citation", () => `${copies().citation}\n${about()}`);
  return row;
}

async function post(where: string, what: unknown): Promise<Record<string, unknown>> {
  try {
    const answer = await fetch(where, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(what),
    });
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    return { error: "the server cannot be reached" };
  }
}

/** Load and save a position, and find the crux of two. */
export function positions(state: () => State, taken: (state: State, words: string) => void): HTMLElement {
  const said = make("div", { class: "small" });
  said.setAttribute("role", "status");
  const say = (...words: string[]): void => said.replaceChildren(...words.map((text) => make("p", { text })));

  const load = file("Load a position", async (text) => {
    const found = await post("position", { text, state: state() });
    if (typeof found["error"] === "string") return say(found["error"]);
    taken(found["state"] as State, `Position of ${String(found["owner"])}`);
    say(`Loaded: ${String(found["owner"])}, digest ${String(found["digest"]).slice(0, 12)}.`);
  });

  const owner = make("input", { id: "owner" });
  owner.type = "text";
  owner.maxLength = 200;
  owner.autocomplete = "off";
  const signed = make("label", { text: "Signed by " });
  signed.append(owner);
  const save = button("Save as a position", async () => {
    const found = await post("position/save", { state: state(), owner: owner.value });
    if (typeof found["error"] === "string") return say(found["error"]);
    saveFile("position.yaml", "application/yaml", String(found["text"]));
    say("Saved; write your reasons into it.");
  });

  const texts: (string | null)[] = [null, null];
  const compare = button("Find the crux", async (made) => {
    const [a, b] = texts;
    if (!a || !b) return say("Choose two positions first.");
    made.disabled = true;
    say("Working out what the two really disagree about; this takes a while.");
    const found = await post("crux", { a, b, view: state().view });
    made.disabled = false;
    if (typeof found["error"] === "string") return say(found["error"]);
    const paths = found["paths"] as { path: string; words: string }[];
    const of = (path: string): string => `View ${String(found["view"])}, ${path} path: `;
    say(...paths.map(({ path, words }) => of(path) + words), String(found["zones"] ?? ""));
  });
  const first = file("First position", (text) => void (texts[0] = text));
  const second = file("Second position", (text) => void (texts[1] = text));

  return make(
    "details",
    { class: "group" },
    make("summary", { text: "Positions: load, save, and the crux of two" }),
    load,
    make("div", { class: "row small" }, signed, save),
    make("h3", { text: "What two people really disagree about" }),
    first,
    second,
    make("div", { class: "row" }, compare),
    said,
  );

  function file(label: string, act: (text: string) => void | Promise<void>): HTMLElement {
    const input = make("input");
    input.type = "file";
    input.accept = ".yaml,.yml";
    input.addEventListener("change", async () => {
      const chosen = input.files?.[0];
      if (!chosen) return;
      if (chosen.size > MOST_BYTES) return say(`A position has at most ${MOST_BYTES.toLocaleString("en-US")} bytes.`);
      await act(await chosen.text());
    });
    const made = make("label", { class: "row small", text: `${label} ` });
    made.append(input);
    return made;
  }
}
