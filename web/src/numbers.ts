/** A chart's table of numbers: what every word about a mark is taken from. */

export interface Column {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
}

export type Cell = string | number | boolean | null;

export interface Numbers {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** View, version and what the numbers are not: goes with every copy of them. */
  readonly about: string;
}

/** Units that say: see the column `unit` of the same row. */
const OF_THE_ROW = new Set(["the row's", "unit of the row"]);

/** Columns in which the name of an option is not what the row is about. */
const OTHER_OPTIONS = new Set(["against", "dominated_by"]);

/** Columns told of a mark that stands for one row, and for several. */
const MOST = 10;
const MOST_EACH = 6;

/** Rows of which a mark's words tell one by one; of more they tell what the rows have in common, and how many. */
const MOST_ROWS = 3;

export interface Pair {
  readonly label: string;
  readonly unit: string;
  /** One for each row; empty where the row has none. */
  readonly values: readonly string[];
}

export interface Words {
  /** What all rows are about: their leading columns of text. */
  readonly head: readonly string[];
  /** What each row alone is about; one row alone needs none. */
  readonly heads: readonly string[];
  readonly pairs: readonly Pair[];
}

/** A cell as the printed table has it; `closedsky.showing.report_figures.cell` writes the same. */
export function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Number.isInteger(value)) return grouped(value);
  const short = Number(value.toPrecision(4));
  const size = Math.abs(short);
  if (size >= 1000) return grouped(short);
  if (size < 1e-4) return short.toExponential().replace(/e-(\d)$/, "e-0$1");
  return String(short);
}

function grouped(value: number): string {
  return (value + 0).toLocaleString("en-US", { maximumFractionDigits: 0 });
}

const numericOf = new WeakMap<Numbers, readonly boolean[]>();

/** Whether a column holds numbers. */
function numeric(numbers: Numbers): readonly boolean[] {
  let found = numericOf.get(numbers);
  if (!found) {
    found = numbers.columns.map((_, place) => numbers.rows.some((row) => typeof row[place] === "number"));
    numericOf.set(numbers, found);
  }
  return found;
}

/** Say what the table says of some rows, in all columns of numbers or in the chosen ones. */
export function markWords(numbers: Numbers, rows: readonly number[], chosen: readonly number[] | null): Words {
  const isNumeric = numeric(numbers);
  const first = isNumeric.indexOf(true);
  const lead = first < 0 ? numbers.columns.length : first;
  const unitPlace = numbers.columns.findIndex((column) => column.name === "unit");
  const borrowed = numbers.columns.some((column) => OF_THE_ROW.has(column.unit));
  const said = (row: number, place: number): string => cell(numbers.rows[row]?.[place] ?? null);

  // a path is a way to look at what the others name
  const leading = numbers.columns.map((_, i) => i).filter((i) => i < lead && !(borrowed && i === unitPlace));
  const isPath = (i: number): boolean => numbers.columns[i]?.name === "path";
  const places = [...leading.filter((i) => !isPath(i)), ...leading.filter(isPath)];
  const common = places.filter((i) => rows.every((row) => said(row, i) === said(rows[0] ?? 0, i)));
  const head = common.map((i) => said(rows[0] ?? 0, i)).filter((text) => text);
  if (rows.length > MOST_ROWS) {
    return { head, heads: [], pairs: [{ label: "Rows of the table", unit: "", values: [String(rows.length)] }] };
  }
  const own = places.filter((i) => !common.includes(i));
  const heads = rows.map((row) => own.map((i) => said(row, i)).filter((text) => text).join(", "));
  const most = rows.length > 1 ? MOST_EACH : MOST;
  const pairs: Pair[] = [];
  for (const i of chosen ?? numbers.columns.map((_, place) => place).filter((place) => isNumeric[place])) {
    const column = numbers.columns[i];
    const values = rows.map((row) => said(row, i));
    if (!column || i < lead || !values.some((text) => text) || pairs.length >= most) continue;
    const unit = OF_THE_ROW.has(column.unit) ? said(rows[0] ?? 0, unitPlace) : column.unit;
    // a share is a number without a unit: its label says of what
    pairs.push({ label: column.label, unit: isNumeric[i] && unit !== "share" ? unit : "", values });
  }
  return { head, heads: rows.length > 1 ? heads : [], pairs };
}

/** The same in sentences, to be read aloud. */
export function spoken({ head, heads, pairs }: Words): string {
  const rows = heads.length ? heads : [""];
  const told = rows.map((own, place) => {
    const values = pairs.filter(({ values }) => values[place]);
    const list = values.map(({ label, unit, values }) => `${label}: ${[values[place], unit].filter(Boolean).join(" ")}`);
    return `${own ? `${own}: ` : ""}${list.join("; ")}.`;
  });
  return [`${head.join(", ")}.`, ...told].join(" ");
}

/** Names of options that a table has rows about. */
export function optionsOf(numbers: Numbers): string[] {
  const place = numbers.columns.findIndex((column) => column.name === "option");
  const names = place < 0 ? [] : numbers.rows.map((row) => cell(row[place] ?? null));
  return [...new Set(names.filter((name) => name))];
}

/** Whether a row is about an option. */
export function isAbout(numbers: Numbers, place: number, option: string): boolean {
  const row = numbers.rows[place];
  return !!row && numbers.columns.some(({ name }, i) => !OTHER_OPTIONS.has(name) && row[i] === option);
}
