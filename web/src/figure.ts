/**
 * Brings one figure alive: its marks say what the table says, by pointer, finger and keyboard.
 *
 * It draws nothing. Everything hangs on the figure element, so that a picture inside may be replaced at any time. Marks
 * are elements with `data-r` (rows of the table) and maybe `data-c` (columns) inside a holder with `data-picture`.
 */

import { boxOf, elementsOf, inOrder, indexes, isOf, isStrip, keyOf, type Mark, markOf, pointedAt } from "./marks";
import { isAbout, markWords, type Numbers, spoken } from "./numbers";
import { Panel } from "./panel";
import { bodyOf, reachable, rowAt, walkRows } from "./table";
import { type Keep, tools } from "./tools";

export type { Cell, Column, Numbers } from "./numbers";
export type { Keep } from "./tools";

export interface Attached {
  /** Take up a picture, a table or numbers that were replaced. Pictures are also noticed without it. */
  refresh(): void;
  /** Emphasise what is about an option, in picture and table; null ends it. Says whether anything is about it. */
  follow(option: string | null): boolean;
  /** Take the panel away. */
  hide(): void;
}

const PICTURE = "[data-picture]";

/**
 * Bring a figure alive.
 *
 * @param figure holds pictures, maybe `.title`, `.caption`, `figcaption` with `.about`, and `details.numbers`
 * @param data its numbers, asked for whenever they are needed; null while there are none
 * @param keep names of files to save; no buttons where it is left out
 */
export function attach(figure: HTMLElement, data: () => Numbers | null, keep?: Keep): Attached {
  const panel = new Panel(figure);
  const live = document.createElement("p");
  live.className = "unseen";
  live.setAttribute("aria-live", "polite");
  figure.append(live);
  if (keep) (figure.querySelector("figcaption") ?? figure.lastElementChild)?.after(tools(figure, keep));

  let shown: string | null = null;
  let followed: string | null = null;

  const pictures = (): HTMLElement[] => [...figure.querySelectorAll<HTMLElement>(PICTURE)];
  const pictureOf = (event: Event): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>(PICTURE) : null;

  function emphasise(isOn: (element: SVGElement) => boolean, rows: readonly number[]): void {
    for (const picture of pictures()) {
      const elements = elementsOf(picture);
      const on = elements.filter(isOn);
      // a strip is nothing to look at: what it is over keeps its strength with it, and where that is nothing, all does
      const beside = on.length > 0 && on.every(isStrip) ? elements.filter((each) => !isStrip(each) && isOf(each, rows)) : [];
      for (const each of elements) {
        each.classList.toggle("on", on.includes(each));
        each.classList.toggle("beside", beside.includes(each));
      }
      picture.classList.toggle("shown", beside.length > 0 || !on.every(isStrip));
    }
    [...(bodyOf(figure)?.rows ?? [])].forEach((row, place) => row.classList.toggle("on", rows.includes(place)));
  }

  function hide(): void {
    if (shown === null) return;
    shown = null;
    panel.hide();
    live.textContent = "";
    emphasise(() => false, []);
  }

  function show(mark: Mark, beside: DOMRect, aloud: boolean): void {
    const numbers = data();
    if (!numbers) return;
    const words = markWords(numbers, mark.rows, mark.columns);
    if (shown !== mark.key) {
      shown = mark.key;
      emphasise((each) => keyOf(each) === mark.key, mark.rows);
    }
    panel.show(words, beside);
    if (aloud) live.textContent = spoken(words);
  }

  function point(event: PointerEvent | MouseEvent): void {
    const picture = pictureOf(event);
    const element = picture && pointedAt(event, picture);
    const row = rowAt(figure, event.target);
    if (element) show(markOf(element), new DOMRect(event.clientX, event.clientY, 0, 0), false);
    else if (row >= 0) showRow(row);
    else hide();
  }

  function showRow(row: number): void {
    panel.hide();
    shown = `row ${row}`;
    emphasise((each) => isOf(each, [row]), [row]);
  }

  function walk(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") return hide();
    if (walkRows(figure, event)) return event.preventDefault();
    const picture = pictureOf(event);
    if (!picture) return;
    const marks = inOrder(picture);
    const place = marks.findIndex((mark) => mark.key === shown);
    const [back, on] = [place < 0 ? marks.length - 1 : Math.max(place - 1, 0), Math.min(place + 1, marks.length - 1)];
    const next = { ArrowLeft: back, ArrowUp: back, ArrowRight: on, ArrowDown: on, Home: 0, End: marks.length - 1 };
    const mark = marks[next[event.key as keyof typeof next] ?? -1];
    if (!mark) return;
    event.preventDefault();
    mark.elements[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    show(mark, boxOf(mark), true);
  }

  function refresh(): void {
    const title = figure.querySelector(".title")?.textContent ?? "";
    for (const picture of pictures()) {
      // keys reach a picture's marks also through a screen reader, which would keep them from a mere image
      picture.tabIndex = 0;
      picture.setAttribute("role", "application");
      picture.setAttribute("aria-roledescription", "picture");
      picture.setAttribute("aria-label", title);
    }
    reachable(figure);
    shown = null;
    panel.hide();
    follow(followed);
  }

  function follow(option: string | null): boolean {
    followed = option;
    const numbers = data();
    const about = new Set<number>();
    if (numbers && option) numbers.rows.forEach((_, place) => isAbout(numbers, place, option) && about.add(place));
    const isOff = (each: Element): boolean => !indexes(each.getAttribute("data-r") ?? "").some((row) => about.has(row));
    for (const picture of pictures()) {
      const elements = elementsOf(picture);
      const some = about.size > 0 && !elements.every(isOff);
      for (const each of elements) each.classList.toggle("off", some && isOff(each));
    }
    [...(bodyOf(figure)?.rows ?? [])].forEach((row, place) => row.classList.toggle("followed", about.has(place)));
    return about.size > 0;
  }

  figure.addEventListener("pointermove", (event) => event.pointerType !== "touch" && point(event));
  figure.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && hide());
  // a finger's tap comes as a click; it has no way of pointing without pressing
  figure.addEventListener("click", (event) => pictureOf(event) && point(event));
  document.addEventListener("pointerdown", (event) => {
    if (!(event.target instanceof Node && figure.contains(event.target))) hide();
  });
  figure.addEventListener("keydown", walk);
  figure.addEventListener("focusin", (event) => {
    const row = rowAt(figure, event.target);
    if (row >= 0) showRow(row);
    else if (event.target instanceof HTMLElement && event.target.matches(PICTURE)) {
      live.textContent = `${inOrder(event.target).length} marks; arrow keys walk through them.`;
    }
  });
  figure.addEventListener("focusout", hide);
  const seen = new MutationObserver(refresh);
  for (const picture of pictures()) seen.observe(picture, { childList: true });
  refresh();
  return { refresh, follow, hide };
}
