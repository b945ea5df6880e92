// What this tab asks its class, or is asked, for the whole visit.

import { standing } from "../../standing.js";
import { room } from "../room.js";
import { Connected } from "./connected.js";

/** The words or characters of the text on the stage, as its network reads them; [] where there is none. */
const tokens = () => standing.stage?.read?.tokens ?? [];

export const asked = new Connected(room, tokens);
