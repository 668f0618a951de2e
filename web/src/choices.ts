/** A list of options, of which none or one is chosen. */
export function options(label: string, names: readonly string[], chosen: (name: string | null) => void): HTMLElement {
  const list = document.createElement("select");
  for (const name of ["none", ...names]) {
    const each = document.createElement("option");
    each.textContent = name;
    list.append(each);
  }
  list.addEventListener("change", () => chosen(list.selectedIndex ? list.value : null));
  const made = document.createElement("label");
  made.append(`${label} `, list);
  return made;
}

/** A few values side by side, the first of which is chosen. */
export function choice(label: string, values: readonly string[], chosen: (value: string) => void): HTMLElement {
  const made = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = label;
  made.append(legend);
  values.forEach((value, place) => {
    const button = document.createElement("input");
    button.type = "radio";
    button.name = label.toLowerCase();
    button.checked = place === 0;
    button.addEventListener("change", () => chosen(value));
    const words = document.createElement("label");
    words.append(button, ` ${value}`);
    made.append(words);
  });
  return made;
}
