/* Everything here is a convenience: without it the pages lose no content and no way around.
   Words come from the page, so that they follow the language of the bundle. */
(function () {
  "use strict";

  var root = document.documentElement;
  var words = document.currentScript ? document.currentScript.dataset : {};
  var KEY = "handoff-scheme";

  /* Browsers may refuse storage to pages opened from disk; the choice then lasts for the page. */
  function recall() {
    try { return window.localStorage.getItem(KEY); } catch (refused) { return null; }
  }

  function remember(scheme) {
    try {
      if (scheme === "auto") { window.localStorage.removeItem(KEY); } else { window.localStorage.setItem(KEY, scheme); }
    } catch (refused) { /* nothing to do: the page itself has the scheme already */ }
  }

  function apply(scheme) {
    if (scheme === "light" || scheme === "dark") {
      root.setAttribute("data-scheme", scheme);
    } else {
      scheme = "auto";
      root.removeAttribute("data-scheme");
    }
    document.querySelectorAll(".scheme button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.scheme === scheme));
    });
  }

  function schemes() {
    apply(recall());
    document.querySelectorAll(".scheme").forEach(function (group) {
      group.hidden = false;
      group.addEventListener("click", function (event) {
        var button = event.target.closest("button");
        if (!button) { return; }
        apply(button.dataset.scheme);
        remember(button.dataset.scheme);
      });
    });
    window.addEventListener("storage", function (event) {
      if (event.key === KEY) { apply(event.newValue); }
    });
  }

  /* For browsers without the clipboard interface, or where it is refused. */
  function copyBySelection(text) {
    var area = document.createElement("textarea");
    var before = document.activeElement;
    area.value = text;
    area.className = "visually-hidden";
    area.setAttribute("readonly", "");
    document.body.appendChild(area);
    area.select();
    var done = false;
    try { done = document.execCommand("copy"); } catch (refused) { done = false; }
    area.remove();
    if (before) { before.focus(); }
    return done ? Promise.resolve() : Promise.reject(new Error("copy refused"));
  }

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text).catch(function () { return copyBySelection(text); });
    }
    return copyBySelection(text);
  }

  function icon(path) {
    var space = "http://www.w3.org/2000/svg";
    var picture = document.createElementNS(space, "svg");
    var line = document.createElementNS(space, "path");
    picture.setAttribute("viewBox", "0 0 20 20");
    picture.setAttribute("width", "16");
    picture.setAttribute("height", "16");
    picture.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    picture.appendChild(line);
    return picture;
  }

  function copyButtons() {
    var blocks = document.querySelectorAll(".code");
    if (!blocks.length || !words.copy) { return; }
    var news = document.getElementById("copy-news") || document.createElement("p");
    news.id = "copy-news";
    news.className = "visually-hidden";
    news.setAttribute("role", "status");
    document.body.appendChild(news);

    blocks.forEach(function (block) {
      var code = block.querySelector("pre");
      if (!code) { return; }
      var button = document.createElement("button");
      var timer = 0;
      button.type = "button";
      button.className = "copy";
      button.title = words.copy;
      button.setAttribute("aria-label", words.copy);
      button.appendChild(icon("M7.5 7.5V4h8.5v8.5h-3.5M4 7.5h8.5V16H4z"));
      button.addEventListener("click", function () {
        copy(code.textContent.replace(/\n$/, "")).then(function () {
          tell("done", words.copied, "M4 10.5 8.2 15 16 5.5");
        }, function () {
          tell("failed", words.copyFailed, "M5 5l10 10M15 5 5 15");
        });
      });
      function tell(outcome, text, path) {
        button.dataset.outcome = outcome;
        button.title = text;
        button.replaceChildren(icon(path));
        news.textContent = text;
        window.clearTimeout(timer);
        timer = window.setTimeout(function () {
          delete button.dataset.outcome;
          button.title = words.copy;
          button.replaceChildren(icon("M7.5 7.5V4h8.5v8.5h-3.5M4 7.5h8.5V16H4z"));
          news.textContent = "";
        }, 2000);
      }
      block.appendChild(button);
      block.classList.add("with-copy");
    });
  }

  /* Marks in the contents the section that is being read. */
  function activeSection() {
    var links = Array.prototype.slice.call(document.querySelectorAll(".side.toc a[href^='#']"));
    var places = links.map(function (link) {
      return document.getElementById(decodeURIComponent(link.hash.slice(1)));
    });
    if (!links.length) { return; }
    var column = links[0].closest(".side");
    var current = -1;
    var waiting = false;

    function look() {
      waiting = false;
      if (!links[0].isConnected) {
        /* Another text has taken the place of this one. */
        window.removeEventListener("scroll", soon);
        window.removeEventListener("resize", soon);
        return;
      }
      var line = Math.min(window.innerHeight * 0.25, 160);
      var found = -1;
      places.forEach(function (place, at) {
        if (place && place.getBoundingClientRect().top <= line) { found = at; }
      });
      /* At the end of the page the last sections may never reach the line. */
      if (window.innerHeight + window.scrollY >= root.scrollHeight - 2 && root.scrollHeight > window.innerHeight) {
        for (var at = links.length - 1; at > found; at -= 1) {
          if (places[at] && places[at].getBoundingClientRect().top < window.innerHeight) { found = at; break; }
        }
      }
      if (found === current) { return; }
      if (current >= 0) { links[current].removeAttribute("aria-current"); }
      current = found;
      if (current < 0) { return; }
      links[current].setAttribute("aria-current", "location");
      var box = column.getBoundingClientRect();
      var place = links[current].getBoundingClientRect();
      if (place.top < box.top || place.bottom > box.bottom) {
        column.scrollTop += place.top - box.top - box.height / 3;
      }
    }

    function soon() {
      if (!waiting) {
        waiting = true;
        window.requestAnimationFrame(look);
      }
    }
    window.addEventListener("scroll", soon, { passive: true });
    window.addEventListener("resize", soon);
    look();
  }

  /* The lists of a small screen close themselves when they have served. */
  function folding() {
    var lists = document.querySelectorAll("details.menu, details.toc-narrow");
    lists.forEach(function (list) {
      list.addEventListener("click", function (event) {
        if (event.target.closest("a")) { list.open = false; }
      });
      list.addEventListener("keydown", function (event) {
        if (event.key === "Escape" && list.open) {
          list.open = false;
          list.querySelector("summary").focus();
        }
      });
    });
    document.addEventListener("click", function (event) {
      lists.forEach(function (list) {
        if (list.open && list.classList.contains("menu") && !list.contains(event.target)) { list.open = false; }
      });
    });
    /* The current document in view in a long column. */
    var here = document.querySelector(".side.documents [aria-current]");
    var column = here && here.closest(".side");
    if (column && column.scrollHeight > column.clientHeight) {
      column.scrollTop = here.getBoundingClientRect().top - column.getBoundingClientRect().top - column.clientHeight / 3;
    }
  }

  /* Paper cannot be unfolded. */
  function printing() {
    var opened = [];
    window.addEventListener("beforeprint", function () {
      opened = Array.prototype.filter.call(document.querySelectorAll(".body details"), function (one) { return !one.open; });
      opened.forEach(function (one) { one.open = true; });
    });
    window.addEventListener("afterprint", function () {
      opened.forEach(function (one) { one.open = false; });
      opened = [];
    });
  }

  /* A preview puts a new text in the place of the old one. */
  document.addEventListener("handoff:shown", function () {
    copyButtons();
    activeSection();
  });

  schemes();
  copyButtons();
  activeSection();
  folding();
  printing();
}());
