// The lesson's stage that is on the page now, for the questions that stand in the text beside it.

const heard = new Set();
export const current = { stage: null };

/** Call back now and whenever the stage, its text, its model or its unit changes; returns how to stop. */
export function follow(callback) {
  heard.add(callback);
  callback();
  return () => heard.delete(callback);
}

export function changed() {
  for (const callback of heard) callback();
}

const SCORE = "gatelab:score";

/** Right answers and questions of this visit: kept in the tab, sent nowhere. */
export function score() {
  try {
    const { right, asked } = JSON.parse(sessionStorage.getItem(SCORE));
    return Number.isInteger(right) && Number.isInteger(asked) ? { right, asked } : { right: 0, asked: 0 };
  } catch {
    return { right: 0, asked: 0 }; // none yet, or no storage
  }
}

export function count(isRight) {
  const { right, asked } = score();
  try {
    sessionStorage.setItem(SCORE, JSON.stringify({ right: right + (isRight ? 1 : 0), asked: asked + 1 }));
  } catch {
    // without storage there is no score
  }
}
