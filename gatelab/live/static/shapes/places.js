// Where a number stands in a tensor, and where else the same number stands.

import { number } from "../kit/words.js";
import { listed, tr } from "../language.js";

/** The index of a place in row-major order, one entry an axis. */
export function index(place, shape) {
  const at = [];
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    at.unshift(place % shape[axis]);
    place = Math.floor(place / shape[axis]);
  }
  return at;
}

/** All places of a number: [{tensor, place}]. */
export const places = (tensors, meaning) =>
  tensors.flatMap(({ meanings }, tensor) => meanings.flatMap((other, place) => (other === meaning ? [{ tensor, place }] : [])));

/** Where a key leads in a table whose columns are the last axis: a place, or null for another key. */
export function moved(key, place, shape) {
  const columns = shape.at(-1);
  const count = shape.reduce((product, size) => product * size, 1);
  const [row, column] = [Math.floor(place / columns), place % columns];
  if (key === "ArrowLeft") return column > 0 ? place - 1 : place;
  if (key === "ArrowRight") return column < columns - 1 ? place + 1 : place;
  if (key === "ArrowUp") return row > 0 ? place - columns : place;
  if (key === "ArrowDown") return place + columns < count ? place + columns : place;
  if (key === "Home") return row * columns;
  if (key === "End") return (row + 1) * columns - 1;
  return null;
}

/** What a number is, and all places where it stands, as sentences. */
export function told(tensors, k, place) {
  const { meanings, values, whole } = tensors[k];
  const written = places(tensors, meanings[place]).map(({ tensor, place: at }) => `${tensors[tensor].name.replace(/,.*/, "")}[${index(at, tensors[tensor].shape).join(", ")}]`);
  const value = whole ? `${values[place]}` : number(values[place]);
  const said = { what: tr(meanings[place]), value, places: listed(written) };
  return written.length > 1 ? tr("This is {what}: {value}. It stands in {places}.", said) : tr("This is {what}: {value}. It stands in {places} alone.", said);
}
