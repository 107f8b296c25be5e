// <rel-time datetime data-mode>: the server's words are the fallback; here they are in the reader's own zone and stay true.
import { say } from "./words.js";

const lang = document.documentElement.lang || "en";
const format = (options) => new Intl.DateTimeFormat(lang, options);
const CLOCK = format({ hour: "numeric", minute: "2-digit" });
const SHORT_MONTH = format({ month: "short" });
const DAY = { format: (at) => `${at.getDate()} ${SHORT_MONTH.format(at)}` }; // "6 Oct", as the server writes it
const OLD = { format: (at) => `${DAY.format(at)} ${at.getFullYear()}` };
const MONTH = format({ month: "short", year: "numeric" });
const WEEKDAY = format({ weekday: "short" });
const FULL = format({ dateStyle: "full", timeStyle: "short" });
const MINUTE = 60_000, HOUR = 60 * MINUTE;

const clock = (at) => CLOCK.format(at).replace(/\s?([AP])M$/, (_, half) => ` ${half.toLowerCase()}m`);
const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate());
const daysApart = (later, earlier) => Math.round((midnight(later) - midnight(earlier)) / (24 * HOUR));

function left(at, now) {
  const span = at - now, minutes = Math.max(1, Math.round(Math.abs(span) / MINUTE));
  if (span <= 0) return minutes < 60 ? say("min_over", { n: minutes }) : minutes < 2880 ? say("h_over", { n: Math.round(minutes / 60) }) : say("days_over", { n: Math.round(minutes / 1440) });
  if (minutes < 60) return say("min_left", { n: minutes });
  const days = daysApart(at, now);
  if (minutes < 720 || days === 0) return say("h_left", { n: Math.round(minutes / 60) });
  return days === 1 ? say("tomorrow") : days < 7 ? WEEKDAY.format(at) : DAY.format(at);
}

function day(at, now) {
  const apart = daysApart(now, at);
  if (apart === 0) return say("today_at", { time: clock(at) });
  if (apart === 1) return say("yesterday_at", { time: clock(at) });
  return at.getFullYear() === now.getFullYear() ? say("date_at", { date: DAY.format(at), time: clock(at) }) : OLD.format(at);
}

function short(at, now) {
  if (daysApart(now, at) === 0) return clock(at);
  return at.getFullYear() === now.getFullYear() ? DAY.format(at) : MONTH.format(at);
}

function ago(at, now) {
  const minutes = Math.floor((now - at) / MINUTE);
  if (minutes < 1) return say("just_now");
  if (minutes < 60) return say("min_ago", { n: minutes });
  return minutes < 720 ? say("h_ago", { n: Math.round(minutes / 60) }) : day(at, now);
}

const MODES = { left, day, short, ago, clock };

class RelTime extends HTMLElement {
  connectedCallback() {
    all.add(this);
    this.refresh(new Date());
  }

  disconnectedCallback() { all.delete(this); }

  refresh(now) {
    const at = new Date(this.getAttribute("datetime"));
    if (Number.isNaN(+at)) return;
    const place = this.querySelector("time") ?? this;
    const words = (MODES[this.dataset.mode] ?? day)(at, now);
    if (place.textContent !== words) place.textContent = words;
    if (!place.title) place.title = FULL.format(at);
    if (this.dataset.mode === "left") this.#colour(at, now);
  }

  // The row turns amber in its last hour and brick once it is over, without waiting for the server.
  #colour(at, now) {
    const row = this.closest(".row, .rq, .lf, tr, [data-fuse]");
    if (!row || row.dataset.fuse === "off") return;
    if (at <= now) { row.classList.remove("warn"); row.classList.add("late"); }
  }
}

const all = new Set();
const refreshAll = () => { const now = new Date(); for (const one of all) one.refresh(now); };
customElements.define("rel-time", RelTime);
setInterval(refreshAll, 20_000);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refreshAll());
