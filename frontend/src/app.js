// The desk and every page inside. Small modules, each for one habit of the interface; no framework, no eval.
import "./js/requests.js";
import "./js/toasts.js";
import "./js/optimistic.js";
import "./js/overlays.js";
import "./js/keys.js";
import "./js/rows.js";
import "./js/board.js";
import "./js/roles.js";
import "./js/palette.js";
import "./js/drafts.js";
import "./js/writing.js";
import "./js/mentions.js";
import "./js/times.js";
import "./js/live.js";
import "./js/passkeys.js";
import "./js/forms.js";
import "./js/theme.js";
