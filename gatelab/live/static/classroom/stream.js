// Server-sent events as they come, piece by piece. Not an EventSource: that sends no header, and a secret must not stand in an address. Pure.

/**
 * A reader of a stream's text: given the pieces one after the other, it returns the events that are whole by then.
 *
 * @returns {(piece: string) => {name: string, data: any}[]} an event whose data is no JSON is left out
 */
export function eventReader() {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    return blocks.map(event).filter(Boolean);
  };
}

/** The event of one block of lines; null for a comment. */
function event(block) {
  const fields = { event: "message", data: null };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue; // a comment begins with the colon
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    fields[name] = name === "data" && fields.data !== null ? `${fields.data}\n${value}` : value;
  }
  try {
    return fields.data === null ? null : { name: fields.event, data: JSON.parse(fields.data) };
  } catch {
    return null;
  }
}
