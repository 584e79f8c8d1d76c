/* Looks for changes of the project, and shows the page anew when it is another one than before. */
(function () {
  "use strict";

  var bar = document.querySelector(".handoff-bar");
  if (!bar) { return; }
  var lost = bar.querySelector(".handoff-bar-lost");
  var source = null;
  var looking = false;
  var again = false;

  var known = "";

  function look() {
    if (looking) { again = true; return; }
    looking = true;
    again = false;
    window.fetch(window.location.pathname, { cache: "no-store" }).then(function (answer) {
      return answer.text();
    }).then(function (text) {
      looking = false;
      lost.textContent = "";
      show(text);
      if (again) { look(); }
    }, function () {
      looking = false;
      lost.textContent = "The preview has ended.";
    });
  }

  /* Shows a page that is another one than before: only its text where nothing else differs, else all of it. */
  function show(text) {
    var next = new window.DOMParser().parseFromString(text, "text/html");
    var fresh = next.querySelector(".handoff-bar");
    if (fresh && fresh.dataset.tag === bar.dataset.tag) { known = text; return; }
    var before = known && new window.DOMParser().parseFromString(known, "text/html");
    if (!fresh || !before || frame(before) !== frame(next)) {
      remember();
      window.location.reload();
      return;
    }
    PARTS.forEach(function (part) {
      var own = document.querySelectorAll(part);
      next.querySelectorAll(part).forEach(function (one, at) { own[at].replaceChildren.apply(own[at], one.childNodes); });
    });
    document.title = next.title;
    bar.dataset.tag = fresh.dataset.tag;
    known = text;
    document.dispatchEvent(new window.CustomEvent("handoff:shown"));
  }

  /* What changes with the text; its number is part of the frame. */
  var PARTS = ["main", "nav.side", ".handoff-bar-news"];

  /* All of a page but its text. */
  function frame(page) {
    var rest = page.cloneNode(true);
    var counts = PARTS.map(function (part) {
      var own = rest.querySelectorAll(part);
      own.forEach(function (one) { one.replaceChildren(); });
      return own.length;
    });
    rest.title = "";
    rest.querySelectorAll(".handoff-bar").forEach(function (one) { one.dataset.tag = ""; });
    return counts.join() + rest.documentElement.outerHTML;
  }

  /* The reader stays at the same place of the page. */
  var KEY = "handoff-place";

  function remember() {
    try {
      window.sessionStorage.setItem(KEY, JSON.stringify([window.location.pathname, window.scrollY]));
    } catch (refused) { /* then the browser decides */ }
  }

  function recall() {
    try {
      var place = JSON.parse(window.sessionStorage.getItem(KEY));
      window.sessionStorage.removeItem(KEY);
      if (place && place[0] === window.location.pathname) { window.scrollTo({ top: place[1], behavior: "instant" }); }
    } catch (refused) { /* nothing to go back to */ }
  }

  /* A browser opens only a few connections: pages in the background wait without one. */
  function listen() {
    if (source || document.hidden) { return; }
    source = new window.EventSource("/preview/events");
    source.addEventListener("change", look);
    /* Whatever happened before the connection stood, or while it was lost. */
    source.addEventListener("open", look);
    source.addEventListener("error", function () { lost.textContent = "The preview has ended."; });
  }

  function rest() {
    if (source) { source.close(); }
    source = null;
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { rest(); } else { listen(); }
  });
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", listen);
  window.addEventListener("load", recall);
  recall();
  listen();
}());
