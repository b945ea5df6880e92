// The table of all that a class was asked: node tabled.mjs IN OUT, from {date, code, rounds} as JSON to CSV.

import { readFileSync, writeFileSync } from "node:fs";

import { csv } from "../../gatelab/live/static/classroom/asking/csv.js";

writeFileSync(process.argv[3], csv(JSON.parse(readFileSync(process.argv[2], "utf-8"))));
