import { cell, type Numbers } from "./numbers";

/** The printed table of a figure, if it has one. */
export function bodyOf(figure: Element): HTMLTableSectionElement | null {
  return figure.querySelector<HTMLTableSectionElement>("details.numbers tbody");
}

/** Which row of the table an event is about; -1 for none. */
export function rowAt(figure: Element, target: EventTarget | null): number {
  const row = target instanceof Element ? target.closest("tr") : null;
  return row && row.parentElement === bodyOf(figure) ? row.sectionRowIndex : -1;
}

/** One tab stop in the table, moved by arrow keys; says whether it moved. */
export function walkRows(figure: Element, event: KeyboardEvent): boolean {
  const body = bodyOf(figure);
  const place = rowAt(figure, event.target);
  if (!body || place < 0) return false;
  const next = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: body.rows.length - 1 }[event.key];
  const row = next === undefined ? undefined : body.rows[next];
  if (!row) return false;
  for (const each of body.rows) each.tabIndex = each === row ? 0 : -1;
  row.focus();
  return true;
}

/** Make rows reachable by keyboard. */
export function reachable(figure: Element): void {
  const body = bodyOf(figure);
  [...(body?.rows ?? [])].forEach((row, place) => {
    row.tabIndex = place ? -1 : 0;
  });
}

/** A button that shows the rows that are not printed, in place of the words that say how many those are. */
export function offerAll(figure: Element, numbers: Numbers): void {
  const [left, body] = [figure.querySelector(".left"), bodyOf(figure)];
  if (!left || !body) return;
  const printed = body.rows.length;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "more";
  button.textContent = `Show all ${numbers.rows.length} rows`;
  button.addEventListener("click", () => {
    if (body.rows.length === printed) {
      body.append(...numbers.rows.slice(printed).map(rowOf));
      button.textContent = `Show the first ${printed} rows`;
    } else {
      while (body.rows.length > printed) body.deleteRow(-1);
      reachable(figure);
      button.textContent = `Show all ${numbers.rows.length} rows`;
    }
  });
  left.replaceChildren(button);
}

function rowOf(values: Numbers["rows"][number]): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.tabIndex = -1;
  for (const value of values) row.insertCell().textContent = cell(value);
  return row;
}
