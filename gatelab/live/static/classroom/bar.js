// The bar of a class at the lower edge of every page: what a student's page does now, and what a teacher can do. It lives as long as the document, whatever page stands in it.

import { el } from "../kit/dom.js";
import { EndRow } from "./endrow.js";
import { Following } from "./following.js";
import { Dot } from "./dot.js";
import { forget, LastClass, left } from "./lastclass.js";
import { stage } from "./place.js";
import { ReturnRow } from "./returnrow.js";
import { room } from "./room.js";
import { StartButton } from "./startbutton.js";
import { StudentRow } from "./studentrow.js";
import { TeacherRow } from "./teacherrow.js";
import { Teaching } from "./teaching.js";
import styles from "./bar.css" with { type: "css" };

const LOOK = 5000; // ms between two looks whether a teacher has left a class in this browser

class Bar {
  /** @type {StudentRow | TeacherRow | EndRow | ReturnRow | null} */ row = null;
  role = "";

  constructor() {
    const paint = () => this.paint();
    const on = { room, stage, following: new Following(room, paint), teaching: new Teaching(room, paint), paint, showCode: () => this.showCode() };
    this.rows = { student: new StudentRow(on), teacher: new TeacherRow(on) };
    this.ended = new EndRow(() => this.#show(null));
    this.returning = new ReturnRow({ goOn: (member) => (on.teaching.goOn(member), this.rows.teacher.show.focus()), forget: () => (forget(), this.#look()) });
    this.last = new LastClass(room);
    this.dot = new Dot(on);
    this.button = new StartButton(on);
    this.body = el("section", { className: "bar" });
    this.host = el("div", { id: "gatelab-class", popover: "manual" });
    const root = this.host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles];
    root.append(this.dot.element, this.body, ...this.rows.teacher.dialogs);
    document.body.append(this.host);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, ROOM_FOR_IT];
    room.listen(paint);
    this.resized = new ResizeObserver(() => document.documentElement.style.setProperty("--gatelab-class", `${this.body.offsetHeight}px`));
    this.resized.observe(this.body);
    window.addEventListener("gatelab:painted", () => this.#dress());
    window.addEventListener("gatelab:stage", paint);
    for (const event of ["fullscreenchange", "gatelab:alone"]) document.addEventListener(event, () => this.#raise());
    room.resume();
    this.paint();
    this.#look();
    setInterval(() => this.#look(), LOOK);
  }

  /** The code large, for a teacher who has just started a class. */
  showCode() {
    this.rows.teacher.large.open(false);
  }

  paint() {
    const { member } = room;
    const role = member?.role ?? "";
    if (role !== this.role) this.#become(role);
    this.button.paint();
    if (!member) return;
    this.#dress();
    this.rows[role].paint(room);
  }

  #become(role) {
    const over = !role && this.role === "student" && this.ended.knows(room.over);
    this.role = role;
    this.#show(over ? this.ended : (this.rows[role] ?? null));
    if (over) this.ended.say(room.over);
  }

  /** Offer the class that its teacher has left in this browser, as long as it can be had. */
  #look() {
    if (this.row && this.row !== this.returning) return; // in a class, or it says how one ended
    const member = left();
    if (member) this.returning.offer(member);
    if (Boolean(member) === (this.row === this.returning)) return;
    this.#show(member ? this.returning : null);
    this.#dress();
  }

  #show(row) {
    this.row = row;
    this.body.replaceChildren(...(this.row ? [this.row.element] : []));
    document.documentElement.toggleAttribute("data-gatelab-class", Boolean(this.row));
    this.rows.teacher.close();
    this.#raise();
  }

  /** Above all that stands on the page, a stage that is alone on the screen as well. */
  #raise() {
    if (!this.host.showPopover) return; // an old browser: it lies above the page
    if (this.host.matches(":popover-open")) this.host.hidePopover();
    if (this.row) this.host.showPopover();
  }

  /** It hangs outside the app, whose theme this is. */
  #dress() {
    const isDark = stage()?.stage?.classList.contains("dark-room"); // see kit/presentbar.js
    const colorScheme = isDark ? "dark" : getComputedStyle(document.querySelector(".stApp") ?? document.documentElement).colorScheme;
    if (this.host.style.colorScheme !== colorScheme) this.host.style.colorScheme = colorScheme;
  }
}

const ROOM_FOR_IT = new CSSStyleSheet();
ROOM_FOR_IT.replaceSync("html[data-gatelab-class] .stMainBlockContainer { padding-bottom: calc(3rem + var(--gatelab-class, 3rem)); }");

export const bar = new Bar();
