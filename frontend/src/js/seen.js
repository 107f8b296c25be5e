// "Previously viewed", kept in this browser and nowhere else. A page says what it is by data-seen-title on its body;
// a list shows them where it stands (data-seen-list), and is absent without script.
const KEY = "seen", MOST = 8;

const read = () => { try { return JSON.parse(localStorage.getItem(KEY) ?? "[]"); } catch { return []; } };
const write = (all) => { try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* a full store: the list is only a comfort */ } };

const title = document.body.dataset.seenTitle;
const before = read().filter((one) => one.href !== location.pathname);
if (title) write([{ href: location.pathname, title, at: new Date().toISOString() }, ...before].slice(0, MOST));

for (const place of document.querySelectorAll("[data-seen-list]")) {
  const list = place.querySelector("ol");
  const day = new Intl.DateTimeFormat(document.documentElement.lang || "en", { month: "long", day: "numeric" });
  for (const one of before.slice(0, 5)) {
    const line = document.createElement("li"), link = document.createElement("a"), when = document.createElement("time");
    link.className = "q";
    link.href = new URL(one.href, location.origin).pathname; // never another host
    link.textContent = one.title;
    when.dateTime = one.at;
    when.textContent = day.format(new Date(one.at));
    line.append(link, when);
    list.append(line);
  }
  place.hidden = !before.length;
  place.querySelector("[data-seen-clear]")?.addEventListener("click", () => { write([]); place.hidden = true; });
}
