// How much of a lesson is seen, from far to near: the text, a cell, its arithmetic.

export const TEXT = 0;
export const CELL = 1;
export const ARITHMETIC = 2;
