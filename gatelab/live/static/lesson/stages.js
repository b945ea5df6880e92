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
