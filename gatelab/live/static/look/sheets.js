// How all stages look: a sheet an idea. Where two rules of the same weight say something of the same element, the later sheet decides.

import base from "./base.css" with { type: "css" };
import text from "./text.css" with { type: "css" };
import taking from "./taking.css" with { type: "css" };
import builder from "./builder.css" with { type: "css" };
import presenting from "./presenting.css" with { type: "css" };
import controls from "./controls.css" with { type: "css" };
import rows from "./rows.css" with { type: "css" };
import holds from "./holds.css" with { type: "css" };
import panels from "./panels.css" with { type: "css" };
import values from "./values.css" with { type: "css" };
import widths from "./widths.css" with { type: "css" };
import attention from "./attention.css" with { type: "css" };
import selfAttention from "./self-attention.css" with { type: "css" };
import compare from "./compare.css" with { type: "css" };
import memory from "./memory.css" with { type: "css" };
import languages from "./languages.css" with { type: "css" };
import forcedColors from "./forced-colors.css" with { type: "css" };
import hidden from "./hidden.css" with { type: "css" };
import paper from "./paper.css" with { type: "css" };

const PARTS = [base, text, taking, builder, presenting, controls, rows, holds, panels, values, widths];
const PAGES = [attention, selfAttention, compare, memory]; // some of what they say is of parts that other pages have too
const EVERYWHERE = [languages, forcedColors, hidden, paper]; // whatever the parts and pages say

export const SHEETS = [...PARTS, ...PAGES, ...EVERYWHERE];
