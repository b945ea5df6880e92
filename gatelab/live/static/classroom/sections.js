// What the class bar has beside its row of buttons, from top to bottom. Each part is made once for the visit and painted whenever something of the class is otherwise.

import { AskSection } from "./asking/section.js";
import { Offers } from "./offers.js";

/** @typedef {{element: HTMLElement, paint: (room: any) => void}} Section */

/** @type {{teacher: ((on: any) => Section)[], student: ((on: any) => Section)[]}} what makes them: on = {room, teaching, following, stage() => the stage that stands on the page, or null} */
export const SECTIONS = {
  teacher: [(on) => new Offers(on), () => new AskSection()],
  student: [],
};
