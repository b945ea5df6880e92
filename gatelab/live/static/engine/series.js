// A curve that grows without end and keeps few points: when it has many, two become one, and each later one stands for twice as many.

const MOST = 400;

export class Series {
  constructor() {
    this.points = []; // [update, mean of the values up to it]
    this.every = 1;
    this.waiting = []; // values of the point that is not yet there
  }

  /** @param {number} update; @param {number} value that comes with it */
  add(update, value) {
    this.waiting.push(value);
    if (this.waiting.length < this.every) return;
    this.points.push([update, mean(this.waiting)]);
    this.waiting = [];
    if (this.points.length === MOST) this.#halve();
  }

  #halve() {
    this.points = Array.from({ length: MOST / 2 }, (_, k) => {
      const [[, one], [update, other]] = this.points.slice(2 * k, 2 * k + 2);
      return [update, (one + other) / 2];
    });
    this.every *= 2;
  }
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
