// Reads links for tests/test_linkfields.py: node linked.mjs JOBS ANSWERS, both JSON.

import { readFileSync, writeFileSync } from "node:fs";
import { readLink } from "../../gatelab/live/static/linkfields.js";

const [jobs, answers] = process.argv.slice(2);
const { pages, links } = JSON.parse(readFileSync(jobs, "utf-8"));
writeFileSync(answers, JSON.stringify(links.map(([k, search]) => readLink(pages[k].fields, search, pages[k]))));
