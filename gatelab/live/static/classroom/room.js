// The class that this tab is in, one for the whole visit: Streamlit changes pages without loading the document anew.

import { Connection } from "./connection.js";

export const room = new Connection();
