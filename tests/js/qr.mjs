// For tests/test_sharing.py: the rows of modules of the QR code of each text of a list, "0" light and "1" dark, or null.

import { codeOf } from "../../gatelab/live/static/taking/qr.js";

const codes = JSON.parse(process.argv[2]).map(codeOf);
console.log(JSON.stringify(codes.map((code) => code && { version: code.version, rows: code.rows.map((row) => row.map(Number).join("")) })));
