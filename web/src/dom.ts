/** Small helpers to make elements; text only ever becomes text. */

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: { readonly class?: string; readonly text?: string; readonly id?: string } = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (given.class) made.className = given.class;
  if (given.id) made.id = given.id;
  if (given.text !== undefined) made.textContent = given.text;
  made.append(...children);
  return made;
}

export function button(text: string, act: (made: HTMLButtonElement) => void, kind = "button"): HTMLButtonElement {
  const made = make("button", { class: kind, text });
  made.type = "button";
  made.addEventListener("click", () => act(made));
  return made;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
