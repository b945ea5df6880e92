// Makes lessons of the builder from drafts: node building.mjs IN OUT. Each draft becomes {file, again, wrong}: `again` is the file of the file opened once more.

import { readFileSync, writeFileSync } from "node:fs";

import { draftOf, fileOf, wrong } from "../../gatelab/live/static/builder/file.js";

const drafts = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const made = drafts.map((draft) => {
  const file = fileOf(draft);
  const opened = draftOf(file);
  return { file, again: opened && fileOf(opened), opened, wrong: wrong(draft) };
});
writeFileSync(process.argv[3], JSON.stringify(made));
