/** The evidence behind one assumption: range, basis, date, reasoning, sources, and what claims say of it. */

import { button, byId, make } from "./dom";

interface Source {
  readonly id: string;
  readonly title: string;
  readonly publisher: string;
  readonly date: string;
  readonly link: string | null;
}

interface Evidence {
  readonly label: string;
  readonly relation: string;
  readonly basis: string;
  readonly meaning: string;
  readonly reason: string;
  readonly then: string;
  readonly now: string;
  readonly drawn: string;
  readonly command: string;
  readonly quantities: readonly {
    readonly id: string;
    readonly views: readonly string[];
    readonly words: string;
    readonly date: string;
    readonly basis: string;
    readonly note: string;
    readonly sources: readonly Source[];
  }[];
  readonly claims: readonly {
    readonly id: string;
    readonly quote: string;
    readonly whose: string;
    readonly mark: string;
    readonly meaning: string;
    readonly document: Source;
    readonly sources: readonly Source[];
  }[];
}

/** Fetch and show what stands behind an assumption. */
export async function openDrawer(id: string): Promise<void> {
  const dialog = byId("drawer") as HTMLDialogElement;
  const close = button("Close", () => dialog.close());
  try {
    const answer = await fetch(`evidence/${encodeURIComponent(id)}`);
    const found = (await answer.json()) as Evidence | { error: string };
    if ("error" in found) throw new Error(found.error);
    dialog.replaceChildren(...contents(id, found), close);
  } catch {
    dialog.replaceChildren(make("h2", { text: id, id: "drawer-title" }), make("p", { text: "The server cannot be reached." }), close);
  }
  if (!dialog.open) dialog.showModal();
}

function contents(id: string, found: Evidence): Node[] {
  const facts = make("dl");
  for (const [name, words] of [
    ["Name", id],
    ["About", found.relation],
    ["Range then", found.then],
    ["Range now", found.now],
    ["Drawn", found.drawn],
    ["Basis", `${found.basis}: ${found.meaning}`],
    ["Why", found.reason],
  ] as const) {
    facts.append(make("dt", { text: name }), make("dd", { text: words }));
  }
  const parts: Node[] = [make("h2", { text: found.label, id: "drawer-title" }), facts];
  if (found.quantities.length) {
    parts.push(make("h3", { text: "What was read" }));
    for (const each of found.quantities) {
      const said = [each.words, each.date, each.basis].filter((words) => words).join("; ");
      const views = each.views.length ? `, under the view ${each.views.join(" and ")}` : "";
      const item = make("div", { class: "turn small" }, make("code", { text: each.id }), ` ${said}${views}`);
      if (each.note) item.append(make("p", { class: "quiet", text: each.note }));
      item.append(list(each.sources));
      parts.push(item);
    }
  } else {
    parts.push(make("p", { class: "small quiet", text: "No number was read for it: the range is a judgement." }));
  }
  if (found.claims.length) {
    parts.push(make("h3", { text: "What is claimed of it" }));
    for (const each of found.claims) {
      parts.push(
        make(
          "div",
          { class: "turn small" },
          make("code", { text: each.id }),
          make("blockquote", { text: `“${each.quote}”` }),
          make("p", { text: `${each.whose}. ` }, make("span", { class: "mark", text: each.mark }), `: ${each.meaning}`),
          list([each.document, ...each.sources]),
        ),
      );
    }
  }
  parts.push(make("p", { class: "small" }, make("code", { text: found.command })));
  return parts;
}

function list(sources: readonly Source[]): HTMLElement {
  const made = make("ul");
  for (const each of sources) {
    const words = `${each.title}, ${each.publisher}, ${each.date}`;
    const item = make("li", {}, make("code", { text: each.id }), " ");
    if (each.link && /^https?:\/\//.test(each.link)) {
      const link = make("a", { text: words });
      link.href = each.link;
      link.rel = "noreferrer noopener";
      link.target = "_blank";
      item.append(link);
    } else item.append(words);
    made.append(item);
  }
  return made;
}
