import type { Cell, Numbers } from "./numbers";

/** What a spreadsheet takes for a formula; such a text has an apostrophe before it in the file. */
const GUARDED = /^'(?=[=+\-@\t\r])/;

/** Read a CSV file as RFC 4180 has it. */
export function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ",") {
      row.push(field);
      field = "";
    } else if (char === "\n") {
      row.push(field);
      rows.push(row);
      row = [];
      field = "";
    } else if (char !== "\r") field += char;
  }
  if (field || row.length) rows.push([...row, field]);
  return rows;
}

/** A cell of the file as a value. A number with a point is no count: it has four digits, as in the printed table. */
export function value(text: string, isNumber: boolean): Cell {
  if (text === "") return null;
  if (isNumber) return /[.e]/i.test(text) ? Number(Number(text).toPrecision(4)) : Number(text);
  if (text === "True" || text === "False") return text === "True";
  return text.replace(GUARDED, "");
}

/** Write numbers as `closedsky.showing.charts.chart.to_csv` does; `about` ends every line. */
export function write(
  { columns, rows }: Pick<Numbers, "columns" | "rows">,
  about: Readonly<Record<string, string>>,
): string {
  const lines = [
    [...columns.map(({ name }) => name), ...Object.keys(about)],
    ...rows.map((row) => [...row.map(guarded), ...Object.values(about)]),
  ];
  return lines.map((line) => `${line.map(escaped).join(",")}\r\n`).join("");
}

function guarded(given: Cell): string {
  if (typeof given === "string") return /^[=+\-@\t\r]/.test(given) ? `'${given}` : given;
  if (typeof given === "boolean") return given ? "True" : "False";
  return given === null ? "" : String(given);
}

function escaped(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
