// Lantern's script. Every page works without it; it only makes some things quicker.
//
// Keyboard: "/" puts the cursor into the search box, unless a box is being typed in. As a single key can get in the way of
// speech input, a button in the footer turns it off, and the browser remembers that.

const script = document.getElementById("app-script");

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// GOV.UK Frontend: error summary focus, character counts, conditional questions, double clicks.
// Its address carries a content hash, so the page says it.
import(new URL(script.dataset.frontend, document.baseURI))
  .then((frontend) => frontend.initAll())
  .catch(() => document.body.classList.remove("govuk-frontend-supported"));

// What the last request achieved is said first, unless the page puts the cursor somewhere: then its role alone announces it.
const notification = document.querySelector("[data-app-notification][role=alert]");
if (notification && !document.querySelector(".govuk-error-summary, [autofocus]")) notification.focus();

const shortcut = {
  key: "lantern.search-shortcut",
  get isOn() {
    try { return localStorage.getItem(this.key) !== "off"; } catch { return true; }
  },
  set isOn(on) {
    try { localStorage.setItem(this.key, on ? "on" : "off"); } catch { /* Not remembered, then. */ }
  },
};

const search = document.querySelector("[data-app-search]");
if (search) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !shortcut.isOn) return;
    const at = event.target;
    if (at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName)) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  const setting = document.querySelector("[data-app-shortcut-setting]");
  const button = setting?.querySelector("button");
  if (button) {
    const say = () => {
      button.textContent = shortcut.isOn ? "Turn off the / shortcut for search" : "Turn on the / shortcut for search";
      if (shortcut.isOn) search.setAttribute("aria-keyshortcuts", "/");
      else search.removeAttribute("aria-keyshortcuts");
    };
    button.addEventListener("click", () => { shortcut.isOn = !shortcut.isOn; say(); });
    say();
    setting.hidden = false;
  }
}

// A form is sent once. A page that comes back from the browser's memory may send it again; so may one that stays, after
// ten seconds (a download, a server that did not answer).
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const before = sent.get(form);
  if (before && event.timeStamp - before < 10000) event.preventDefault();
  else sent.set(form, event.timeStamp);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) sent.delete(form);
});

// Work in progress: the part that tells of it is fetched anew while it lasts; when it is over the whole page is.
const live = document.querySelector("[data-app-live]");
if (live) {
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-app-live]");
      if (!next) return location.reload();
      live.replaceChildren(...next.childNodes);
    } catch { /* Asked again. */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
