// Which stage stands on the page: for what stands around it and outlives it, such as the class bar (classroom/).

/** The stage, and the path that it came onto the page at. `led` says whether what stands here is what somebody else chose, a teacher whose class follows: it is not remembered as the visitor's own. */
export const standing = { /** @type {any} */ stage: null, path: "", led: false };

/** A stage has come onto the page. */
export function came(stage) {
  Object.assign(standing, { stage, path: window.location.pathname });
  window.dispatchEvent(new Event("gatelab:stage"));
}

/** A stage goes. */
export function went(stage) {
  if (standing.stage === stage) standing.stage = null;
}

/** Something of what a link to the stage would say may be otherwise. */
export const moved = () => window.dispatchEvent(new Event("gatelab:moved"));
