/** A drawing as a file of its own: with its style sheet, its title, and at the bottom what it is not. */

const SVG = "http://www.w3.org/2000/svg";
const PLAIN = { small: 11, head: 16 };
const LEADING = { small: 15, head: 21 };
const MARGIN = 16;

export interface Words {
  readonly title: string;
  readonly description: string;
  readonly about: string;
}

export function standalone(shown: SVGSVGElement, words: Words): string {
  const [, , width, height] = (shown.getAttribute("viewBox") ?? "0 0 900 600").split(" ").map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const drawing = shown.cloneNode(true) as SVGSVGElement;
  for (const each of drawing.querySelectorAll("[data-r]")) each.classList.remove("on", "off");
  const above = lines(words.title, "head", width);
  const below = lines(words.about, "small", width);
  const top = MARGIN + above.length * LEADING.head;
  const all = { width: width + 2 * MARGIN, height: top + height + below.length * LEADING.small + 2 * MARGIN };
  drawing.setAttribute("x", String(MARGIN));
  drawing.setAttribute("y", String(top));
  for (const name of ["role", "aria-labelledby"]) drawing.removeAttribute(name);

  const file = made("svg", { ...all, viewBox: `0 0 ${all.width} ${all.height}`, role: "img" });
  const name = drawing.getAttribute("class");
  if (name) file.setAttribute("class", name);
  file.append(
    made("title", {}, words.title),
    made("desc", {}, `${words.description} ${words.about}`),
    made("style", {}, rules(drawing)),
    made("rect", { class: "ground", width: all.width, height: all.height, fill: "#ffffff" }),
    ...set(above, "head", MARGIN, "#16191d"),
    drawing,
    ...set(below, "small", top + height + MARGIN / 2, "#555c64"),
  );
  return `${new XMLSerializer().serializeToString(file)}\n`;
}

/** Rules of the page's style sheet that the drawing needs, in light and in dark. */
function rules(drawing: Element): string {
  const holder = document.createElement("div");
  holder.append(drawing.cloneNode(true));
  const needed = (rule: CSSRule): string[] => {
    if (rule instanceof CSSMediaRule) {
      const inside = rule.conditionText.includes("prefers-color-scheme") ? [...rule.cssRules].flatMap(needed) : [];
      return inside.length ? [`@media ${rule.conditionText}{`, ...inside, "}"] : [];
    }
    if (!(rule instanceof CSSStyleRule)) return [];
    const chosen = rule.selectorText;
    const wanted = chosen === ":root" || (chosen.includes(".closedsky-chart") && matches(holder, chosen));
    return wanted ? [rule.cssText] : [];
  };
  const own = [".ground{fill:var(--paper)}", ".head{fill:var(--ink);font-size:16px;font-weight:600}"];
  own.push(".small{fill:var(--quiet);font-size:11px}");
  return [...[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].flatMap(needed)), ...own].join("\n");
}

function matches(holder: Element, chosen: string): boolean {
  return holder.querySelector(chosen) !== null;
}

function made(name: string, given: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, String(value));
  if (text) element.textContent = text;
  return element;
}

function set(text: readonly string[], size: keyof typeof PLAIN, top: number, fill: string): SVGElement[] {
  return text.map((each, i) =>
    made("text", { class: size, x: MARGIN, y: top + PLAIN[size] + i * LEADING[size], fill }, each),
  );
}

/** Break a text at blanks into lines that fit. */
function lines(text: string, size: keyof typeof PLAIN, width: number): string[] {
  const pen = document.createElement("canvas").getContext("2d");
  if (pen) pen.font = `${size === "head" ? 600 : 400} ${PLAIN[size]}px system-ui, sans-serif`;
  // a reader's font may run wider than this one
  const room = (line: string): number => 1.1 * (pen?.measureText(line).width ?? line.length * PLAIN[size] * 0.6);
  const found: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = found.length ? `${found[found.length - 1]} ${word}` : word;
    if (found.length && room(longer) <= width) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}
