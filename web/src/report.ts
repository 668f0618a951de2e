/** The report's script: figures come alive, one option can be followed through all of them, one view can be shown. */

import { parse, value } from "./csv";
import { type Attached, attach, type Numbers } from "./figure";
import { optionsOf } from "./numbers";
import { offerAll } from "./table";
import { choice, options } from "./choices";
import { unzipped } from "./zip";

/** Columns at the end of every line of a file: view, version, about. */
const ABOUT = 3;

/** The numbers of a figure's file; which columns hold numbers, and their labels and units, is read off its table. */
function numbersOf(figure: Element, text: string): Numbers {
  const [names = [], ...lines] = parse(text);
  const table = figure.querySelector("table");
  const heads = [...(table?.tHead?.rows[0]?.cells ?? [])];
  const columns = heads.map((head, i) => {
    const unit = head.querySelector("i")?.textContent ?? "";
    const label = head.firstChild?.textContent ?? "";
    return { name: names[i] ?? "", label: unit ? label.replace(/, $/, "") : label, unit };
  });
  const isNumber = columns.map((_, i) => table?.classList.contains(`n${i + 1}`) ?? false);
  const rows = lines.map((line) => columns.map((_, i) => value(line[i] ?? "", isNumber[i] ?? false)));
  return { columns, rows, about: (lines[0] ?? []).slice(-ABOUT).join("; ") };
}

async function alive(figure: HTMLElement): Promise<{ attached: Attached; numbers: Numbers } | null> {
  const link = figure.querySelector<HTMLAnchorElement>("a.file");
  const text = link && (await unzipped(link.href));
  if (!link || !text) return null;
  const numbers = numbersOf(figure, text);
  const name = link.download.replace(/\.zip$/, "");
  const attached = attach(figure, () => numbers, { name, csv: () => text });
  offerAll(figure, numbers);
  link.parentElement?.remove();
  return { attached, numbers };
}

async function start(): Promise<void> {
  const found = await Promise.all([...document.querySelectorAll("figure")].map(alive));
  const figures = found.filter((each) => each !== null);
  const bar = document.createElement("form");
  bar.className = "tools small";
  bar.setAttribute("aria-label", "How to look at the pictures");
  const names = [...new Set(figures.flatMap(({ numbers }) => optionsOf(numbers)))];
  if (names.length > 1) {
    bar.append(
      options("Follow an option", names, (name) => {
        for (const { attached } of figures) attached.follow(name);
      }),
    );
  }
  const views = [...document.querySelectorAll("section[data-view]")].map((each) => each.getAttribute("data-view") ?? "");
  if (views.length > 1) {
    bar.append(
      choice("View", ["both", ...views], (view) => {
        for (const each of document.querySelectorAll<HTMLElement>("[data-view]")) {
          each.hidden = view !== "both" && each.dataset["view"] !== view;
        }
      }),
    );
  }
  if (bar.childElementCount) document.querySelector("main")?.before(bar);
  document.documentElement.dataset["alive"] = "";
}

void start();
