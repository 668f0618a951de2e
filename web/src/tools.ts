import { standalone } from "./drawing";
import { copy, saveFile } from "./save";

export interface Keep {
  /** Beginning of the names of files that are saved. */
  readonly name: string;
  /** The numbers as CSV; null while there are none. */
  readonly csv: () => string | null;
}

/** How long a button says that something was done. */
const SAID = 2000;

/** Buttons below a figure: copy its words, save its picture, keep its numbers. */
export function tools(figure: HTMLElement, keep: Keep): HTMLElement {
  const row = document.createElement("div");
  row.className = "controls small";
  row.append(
    button("Copy what this says", "Copied", () => copy(words(figure))),
    button("Save picture", "Saved", () => {
      const shown = [...figure.querySelectorAll<SVGSVGElement>("[data-picture] svg")].find(
        (each) => each.getClientRects().length,
      );
      if (!shown) return false;
      const described = (shown.getAttribute("aria-labelledby") ?? "").split(" ").pop() ?? "";
      const description = document.getElementById(described)?.textContent ?? "";
      const said = { title: textOf(figure, ".title"), description, about: textOf(figure, ".about") };
      saveFile(`${keep.name}.svg`, "image/svg+xml", standalone(shown, said));
      return true;
    }),
    button("Keep as CSV", "Saved", () => {
      const text = keep.csv();
      if (text) saveFile(`${keep.name}.csv`, "text/csv", text);
      return !!text;
    }),
  );
  return row;
}

/** What a figure says, with its view, its version and what it is not. */
export function words(figure: Element): string {
  return [".title", ".caption", ".about"]
    .map((kind) => textOf(figure, kind))
    .filter((text) => text)
    .join("\n\n");
}

function textOf(figure: Element, kind: string): string {
  return (figure.querySelector(kind)?.textContent ?? "").replace(/\s+/g, " ").trim();
}

function button(name: string, done: string, act: () => boolean | Promise<boolean>): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  made.addEventListener("click", async () => {
    made.textContent = (await act()) ? done : "That did not work";
    setTimeout(() => {
      made.textContent = name;
    }, SAID);
  });
  return made;
}
