/** Marks of a picture: elements that say which rows of the table they stand for. */

export interface Mark {
  /** The same for all elements that stand for the same cells. */
  readonly key: string;
  readonly rows: readonly number[];
  /** Columns it stands for; null for all. */
  readonly columns: readonly number[] | null;
  readonly elements: readonly SVGElement[];
}

export const MARK = "[data-r]";

/** How far from a mark, in pixels, a pointer and a finger still mean it. */
const NEAR = { mouse: 8, touch: 18 };

/** Sides from which on a box says little about where its mark is, such as that of a curve. */
const WIDE = 72;

/** Read "3 5-7" as 3, 5, 6, 7. */
export function indexes(text: string): number[] {
  return text
    .split(" ")
    .filter((part) => part)
    .flatMap((part) => {
      const [from, to] = part.split("-").map(Number) as [number, number?];
      return Array.from({ length: (to ?? from) - from + 1 }, (_, i) => from + i);
    });
}

export function keyOf(element: Element): string {
  return `${element.getAttribute("data-r")}|${element.getAttribute("data-c") ?? ""}`;
}

/** Whether it stands for one of these rows. */
export function isOf(element: Element, rows: readonly number[]): boolean {
  return indexes(element.getAttribute("data-r") ?? "").some((row) => rows.includes(row));
}

/** Whether it is a place to point at over what is drawn, and nothing that is seen. */
export function isStrip(element: Element): boolean {
  return element.matches(".hit") || element.querySelector(".hit") !== null;
}

export function markOf(element: Element): Mark {
  const picture = element.closest("[data-picture]");
  const key = keyOf(element);
  const columns = element.getAttribute("data-c");
  return {
    key,
    rows: indexes(element.getAttribute("data-r") ?? ""),
    columns: columns === null ? null : indexes(columns),
    elements: elementsOf(picture).filter((each) => keyOf(each) === key),
  };
}

export function elementsOf(picture: Element | null): SVGElement[] {
  return [...(picture?.querySelectorAll<SVGElement>(MARK) ?? [])];
}

/** Marks of a picture in the order in which they are read: that of the table, and from left to right. */
export function inOrder(picture: Element): Mark[] {
  const marks = new Map<string, Mark>();
  for (const element of elementsOf(picture)) {
    if (!marks.has(keyOf(element))) marks.set(keyOf(element), markOf(element));
  }
  const left = new Map([...marks.values()].map((mark) => [mark, boxOf(mark).left]));
  return [...marks.values()].sort(
    (one, other) => (one.rows[0] ?? 0) - (other.rows[0] ?? 0) || left.get(one)! - left.get(other)!,
  );
}

/** The box of a mark on the screen. */
export function boxOf(mark: Mark): DOMRect {
  const boxes = mark.elements.map((each) => each.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  return new DOMRect(
    left,
    top,
    Math.max(...boxes.map((box) => box.right)) - left,
    Math.max(...boxes.map((box) => box.bottom)) - top,
  );
}

/** The mark that is pointed at: the one under the pointer, or a small one close by. */
export function pointedAt(event: PointerEvent | MouseEvent, picture: Element): SVGElement | null {
  const hit = event.target instanceof Element ? event.target.closest<SVGElement>(MARK) : null;
  if (hit) return hit;
  const touch = "pointerType" in event && event.pointerType === "touch";
  let best: SVGElement | null = null;
  let least = touch ? NEAR.touch : NEAR.mouse;
  for (const element of elementsOf(picture)) {
    const box = element.getBoundingClientRect();
    if (box.width > WIDE && box.height > WIDE) continue;
    const dx = Math.max(box.left - event.clientX, event.clientX - box.right, 0);
    const dy = Math.max(box.top - event.clientY, event.clientY - box.bottom, 0);
    const away = Math.hypot(dx, dy);
    if (away < least) [best, least] = [element, away];
  }
  return best;
}
