// Which steps are on the screen: a window as wide as the stage, that moves as little as it can to hold the cursor.

/** Width of one step in CSS pixels, so that about 68 fit a wide stage and a letter stays readable on a narrow one. */
export const stepWidth = (width) => Math.min(27, Math.max(14, Math.floor(width / 68)));

/** Whether the page is being printed: nobody can move a sheet of paper along, so all steps that have room at all are in sight. */
export const paper = { on: false };

/** Letters of a word in a column of some width: of `size`, but smaller on paper, where columns can be too narrow for it. */
export const lettering = (size, step) => (paper.on ? Math.min(size, Math.max(7, step * 0.3)) : size);

const NARROWEST = 4; // CSS pixels of a step on paper

export class View {
  constructor() {
    this.start = 0;
    this.width = 0; // CSS pixels
    this.count = 60; // steps that fit
    this.step = 18; // CSS pixels
  }

  /** The stage has become `width` CSS pixels wide. */
  resize(width) {
    this.width = width;
    this.step = stepWidth(width);
    this.count = Math.max(1, Math.floor(width / this.step));
  }

  /** The same for columns that take all the room there is, within these widths. */
  fit(width, columns, least, most) {
    this.width = width;
    this.step = Math.min(most, Math.max(least, Math.floor(width / Math.max(1, columns))));
    this.count = Math.max(1, Math.floor(width / this.step));
  }

  /** Hold the cursor, and do not show more room behind the last step than needed. */
  follow(cursor, steps) {
    if (paper.on && steps > this.count) {
      this.step = Math.max(NARROWEST, this.width / steps);
      this.count = Math.floor(this.width / this.step + 1e-6);
    }
    if (cursor < this.start) this.start = cursor;
    if (cursor >= this.start + this.count) this.start = cursor - this.count + 1;
    this.start = Math.max(0, Math.min(this.start, steps - this.count));
  }

  /** The step that a text opens on: the one that is asked for where there is such a step, else the last that is in sight together with the first. */
  opening(asked, steps) {
    return asked < steps ? asked : Math.min(steps, this.count) - 1;
  }

  /** First step after the last one shown. */
  end(steps) {
    return Math.min(steps, this.start + this.count);
  }

  /** The step under a horizontal position, or -1 where there is none. */
  at(x, steps) {
    const t = this.start + Math.floor(x / this.step);
    return t >= this.start && t < this.end(steps) ? t : -1;
  }
}
