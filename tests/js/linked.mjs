// Reads links for tests/test_linkfields.py: node linked.mjs JOBS ANSWERS, both JSON; in the language that the jobs name, English where they name none.

import { readFileSync, writeFileSync } from "node:fs";
import { speak } from "../../gatelab/live/static/language.js";

const [jobs, answers] = process.argv.slice(2);
const { pages, links, spoken } = JSON.parse(readFileSync(jobs, "utf-8"));
if (spoken) speak(spoken.name, spoken.words, spoken.forms);
const { readLink } = await import("../../gatelab/live/static/linkfields.js"); // some of its words are translated when it is loaded
writeFileSync(answers, JSON.stringify(links.map(([k, search]) => readLink(pages[k].fields, search, pages[k]))));
