// A class as a file: what brings it back when its server was started anew, or another day. It holds the teacher's key, so it is the teacher's alone.

import { tr } from "../language.js";
import { download } from "../taking/download.js";

const KIND = "gatelab class";
const LARGEST = 4_000_000; // bytes

/** Save the class of a connection. */
export const save = (room) => download(JSON.stringify({ kind: KIND, ...room.saved }), `gatelab-class-${room.member.code}.json`, "application/json");

/** The class in a file, as `start` of a connection takes it. Rejects with what is wrong, in words. @param {File} file */
export async function opened(file) {
  const refuse = () => new Error(tr("{name} holds no saved class.", { name: file.name }));
  if (file.size > LARGEST) throw refuse();
  try {
    const { kind, ...saved } = JSON.parse(await file.text());
    if (kind === KIND && typeof saved.code === "string" && typeof saved.key === "string") return saved;
  } catch {
    // no JSON
  }
  throw refuse();
}
