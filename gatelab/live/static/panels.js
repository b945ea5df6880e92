// Which panels of a stage are open, as a link has it: {name: a details element, or what has `open` and `show(open)`}.

export const opened = (panels) => Object.keys(panels).filter((name) => panels[name].open);

/** Open just these. */
export function openOnly(panels, names) {
  for (const [name, panel] of Object.entries(panels)) {
    const open = names.includes(name);
    if (panel.open === open) continue;
    if (panel.show) panel.show(open);
    else panel.open = open;
  }
}

/** A row of spans, [first, last] from 0, as a field of a link: "3,7-9". */
export const spansWritten = (spans) => spans.map(([first, last]) => (first === last ? `${first + 1}` : `${first + 1}-${last + 1}`)).join(",");
