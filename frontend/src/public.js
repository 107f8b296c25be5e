// The public pages work without this; it only spares a reader a step.
import "./js/forms.js";
import "./js/times.js";
import "./js/seen.js";
import "./js/suggest.js";
