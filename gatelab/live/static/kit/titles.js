// What the gates and states of a cell are called, in the visitor's language. Pure.

import { titles } from "../engine/cells.js";
import { tr } from "../language.js";

/** The titles of a cell's record: {name: title}. */
export const called = (cell) => Object.fromEntries(Object.entries(titles(cell)).map(([name, title]) => [name, tr(title)]));
