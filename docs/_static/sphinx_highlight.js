/* In place of Sphinx's own: that keeps what a reader searched for in the browser. */
"use strict";
const SPHINX_HIGHLIGHT_ENABLED = false;
