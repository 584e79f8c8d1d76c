/* Looks for changes of the project, and shows the page anew when it is another one than before. */
(function () {
  "use strict";

  var bar = document.querySelector(".handoff-bar");
  if (!bar) { return; }
  var lost = bar.querySelector(".handoff-bar-lost");
  var source = null;
  var looking = false;
  var again = false;

  function look() {
    if (looking) { again = true; return; }
    looking = true;
    again = false;
    window.fetch(window.location.pathname, { cache: "no-store" }).then(function (answer) {
      return answer.headers.get("ETag");
    }).then(function (tag) {
      looking = false;
      lost.textContent = "";
      if (tag && tag !== "\"" + bar.dataset.tag + "\"") {
        remember();
        window.location.reload();
      } else if (again) {
        look();
      }
    }, function () {
      looking = false;
      lost.textContent = "The preview has ended.";
    });
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
