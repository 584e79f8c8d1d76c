/* Search over all documents. Pages opened from disk may load scripts and nothing else, so the index is
   a script too: it is asked for when the field is first used, and the headings and texts of a document
   when a result of that document is to be shown. */
(function () {
  "use strict";

  var form = document.querySelector(".search");
  if (!form) { return; }
  var field = form.querySelector("input");
  var panel = form.querySelector(".panel");
  var list = form.querySelector("[role=listbox]");
  var nothing = form.querySelector(".nothing");
  var status = form.querySelector("[role=status]");
  var words = form.dataset;
  var pages = words.assets.replace(/assets\/$/, "");

  var MOST = 12;                       /* results that are shown */
  var SNIPPET = 190;                   /* characters of a result's text */
  var WEIGHTS = [0.6, 1, 2, 4.5];      /* title of the document, once, more often, heading */
  var UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}";
  var unspaced = new RegExp("^[" + UNSPACED + "]", "u");
  var parts = new RegExp("[" + UNSPACED + "]+|[^" + UNSPACED + "]+", "gu");
  var letters = /[\p{Alphabetic}\p{N}]+/gu;
  var lettersAndMarks = /[\p{Alphabetic}\p{N}\p{M}]+/gu;

  var index = null;
  var texts = {};
  var asked = {};
  var shown = [];
  var active = -1;

  /* ---------- Words: as the index was made ---------- */

  function fold(word) {
    var plain = Array.from(word).slice(0, 40).join("").toLowerCase().replace(/\p{M}/gu, "");
    return Array.from(plain, function (c) { return index.spellings[c] || c; }).join("");
  }

  /* The terms of a text. The last character of a run without spaces begins a term of its own in the
     index; a question does not ask for it. */
  function terms(text) {
    var found = [];
    (text.normalize("NFKD").replace(/\p{M}/gu, "").match(letters) || []).forEach(function (run) {
      run.match(parts).forEach(function (part) {
        var all = Array.from(part);
        if (unspaced.test(part)) {
          for (var at = 0; at + 1 < all.length; at += 1) { found.push(all[at] + all[at + 1]); }
          if (all.length === 1) { found.push(part); }
          return;
        }
        found.push(fold(part));
        var humps = part.split(/(?<=\p{Ll})(?=\p{Lu})/u);
        if (humps.length > 1) { humps.forEach(function (hump) { found.push(fold(hump)); }); }
      });
    });
    return found;
  }

  /* ---------- The index ---------- */

  function decode(data) {
    var sections = [];
    data.documents.forEach(function (entry) {
      for (var place = 0; place < entry[3]; place += 1) {
        sections.push({ kind: entry[0], number: entry[1], title: entry[2], place: place });
      }
    });
    var before = "";
    var known = data.terms ? data.terms.split(" ").map(function (coded) {
      before = before.slice(0, parseInt(coded[0], 36)) + coded.slice(1);
      return before;
    }) : [];
    var total = data.lengths.reduce(function (sum, length) { return sum + length; }, 0);
    return {
      sections: sections, lengths: data.lengths, spellings: data.spellings,
      common: new Set(data.common), terms: known, postings: data.postings.split(" "),
      average: Math.max(1, total / Math.max(1, sections.length))
    };
  }

  function digit(code) {
    if (code === 45) { return 62; }
    if (code === 95) { return 63; }
    if (code >= 97) { return code - 71; }
    return code >= 65 ? code - 65 : code + 4;
  }

  /* Calls back with each section of a term and the weight that it has there. */
  function each(term, tell) {
    var coded = index.postings[term];
    var section = 0;
    var number = 0;
    var shift = 1;
    for (var at = 0; at < coded.length; at += 1) {
      var value = digit(coded.charCodeAt(at));
      number += (value % 32) * shift;
      shift *= 32;
      if (value < 32) {
        section += Math.floor(number / 4);
        tell(section, WEIGHTS[number % 4]);
        number = 0;
        shift = 1;
      }
    }
  }

  /* Whether one slip of the finger makes one word of the other. */
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1) { return false; }
    var start = 0;
    while (start < a.length && a[start] === b[start]) { start += 1; }
    var end = 0;
    while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) { end += 1; }
    var left = [a.length - start - end, b.length - start - end];
    if (left[0] <= 1 && left[1] <= 1) { return true; }
    return left[0] === 2 && left[1] === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
  }

  /* The terms of the index that a word of the question stands for, with how well they fit. */
  function candidates(word, finished) {
    var fits = [];
    /* A short word that is written to its end stands for itself alone: "to" is not "town". */
    if (finished && word.length < 4 && index.terms.indexOf(word) >= 0) { return [[index.terms.indexOf(word), 1]]; }
    index.terms.forEach(function (term, at) {
      if (term === word) {
        fits.push([at, 1]);
      } else if (term.startsWith(word)) {
        fits.push([at, 0.35 + 0.4 * word.length / term.length]);
      }
    });
    if (!fits.length && word.length > 3) {
      index.terms.forEach(function (term, at) { if (near(word, term)) { fits.push([at, 0.4]); } });
    }
    return fits;
  }

  /* The sections that answer, best first (BM25), and the terms that were met. */
  function search(question) {
    var asking = Array.from(new Set(terms(question)));
    var met = {};
    var scores = new Map();
    asking.forEach(function (word, place) {
      var best = new Map();
      candidates(word, place + 1 < asking.length).forEach(function (fit) {
        met[index.terms[fit[0]]] = true;
        var entries = [];
        each(fit[0], function (section, weight) { entries.push([section, weight]); });
        var rarity = Math.log(1 + (index.sections.length - entries.length + 0.5) / (entries.length + 0.5));
        entries.forEach(function (entry) {
          var length = index.lengths[entry[0]] / index.average;
          var score = fit[1] * rarity * entry[1] * 2.2 / (entry[1] + 1.2 * (0.4 + 0.6 * length));
          if (entry[1] === WEIGHTS[3]) { score *= 1.6; }
          if (score > (best.get(entry[0]) || 0)) { best.set(entry[0], score); }
        });
      });
      best.forEach(function (score, section) {
        var sum = scores.get(section) || [0, 0];
        /* A word that stands everywhere is asked of nobody. */
        scores.set(section, [sum[0] + (index.common.has(word) ? 0 : 1), sum[1] + score]);
      });
    });
    var found = Array.from(scores, function (entry) { return { section: index.sections[entry[0]], words: entry[1][0], score: entry[1][1] }; });
    /* Where all words stand is asked for; only where there is no such place, most of them will do. */
    var most = found.reduce(function (most, one) { return Math.max(most, one.words); }, 0);
    found = found.filter(function (one) { return one.words === most; });
    found.sort(function (a, b) { return b.score - a.score; });
    return { found: found, met: met };
  }

  /* ---------- What is shown ---------- */

  /* The places of a text where a word of the question stands. */
  function ranges(text, met) {
    var found = [];
    for (var match of text.matchAll(lettersAndMarks)) {
      if (unspaced.test(match[0]) || match[0].search(unspaced) > 0) {
        var run = Array.from(match[0]);
        var at = match.index;
        for (var one = 0; one < run.length; one += 1) {
          var pair = run[one] + (run[one + 1] || "");
          if (met[pair] || met[run[one]]) { found.push([at, at + (met[pair] ? pair : run[one]).length]); }
          at += run[one].length;
        }
      } else if (terms(match[0]).some(function (term) { return met[term]; })) {
        found.push([match.index, match.index + match[0].length]);
      }
    }
    return found;
  }

  /* Writes a text with its places marked. Only text: nothing of it is ever markup. */
  function write(parent, text, places, start, end) {
    var at = start;
    places.forEach(function (place) {
      if (place[1] <= at || place[0] >= end) { return; }
      var from = Math.max(at, place[0]);
      parent.append(text.slice(at, from));
      var mark = document.createElement("mark");
      mark.textContent = text.slice(from, Math.min(place[1], end));
      parent.append(mark);
      at = Math.min(place[1], end);
    });
    parent.append(text.slice(at, end));
  }

  /* The part of a text with the most different words of the question. */
  function snippet(parent, text, met) {
    var places = ranges(text, met);
    var best = 0;
    var most = 0;
    places.forEach(function (place, first) {
      var seen = new Set();
      for (var at = first; at < places.length && places[at][1] < place[0] + SNIPPET - 50; at += 1) {
        seen.add(fold(text.slice(places[at][0], places[at][1])));
      }
      if (seen.size > most) { most = seen.size; best = place[0]; }
    });
    var start = best < 60 ? 0 : text.indexOf(" ", best - 50) + 1;
    if (start <= 0 || start > best) { start = Math.max(0, best - 40); }
    var end = Math.min(text.length, start + SNIPPET);
    if (end < text.length && text.lastIndexOf(" ", end) > start + SNIPPET / 2) { end = text.lastIndexOf(" ", end); }
    if (start > 0) { parent.append("… "); }
    write(parent, text, places, start, end);
    if (end < text.length) { parent.append(" …"); }
  }

  function span(name, parent) {
    var element = document.createElement("span");
    element.className = name;
    parent.append(element);
    return element;
  }

  function option(hit, met, at) {
    var section = hit.section;
    var part = texts[section.kind][section.place] || ["", "", ""];
    var link = document.createElement("a");
    link.id = "search-result-" + at;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.tabIndex = -1;
    link.href = pages + encodeURIComponent(section.kind) + ".html" + (part[0] ? "#" + encodeURIComponent(part[0]) : "");
    var title = part[1] || section.title;
    var where = part[1] ? (section.number + " " + section.title).trim() : section.number;
    write(span("what", link), title, ranges(title, met), 0, title.length);
    link.append(" ");
    span("where", link).textContent = where;
    link.append(" ");
    snippet(span("snippet", link), part[2], met);
    return link;
  }

  function update() {
    if (!index) { return; }
    var question = field.value.trim();
    var result = question ? search(question) : { found: [], met: {} };
    var best = result.found.slice(0, MOST);
    var missing = best.filter(function (hit) { return !texts[hit.section.kind]; });
    if (missing.length) {
      missing.forEach(function (hit) { load("search/" + hit.section.kind + ".js", hit.section.kind); });
      return;
    }
    shown = best.map(function (hit, at) { return option(hit, result.met, at); });
    list.replaceChildren.apply(list, shown);
    list.hidden = !shown.length;
    nothing.hidden = !question || shown.length > 0;
    nothing.textContent = nothing.hidden ? "" : words.none.replace("{query}", question);
    var count = result.found.length;
    tell(!question ? "" : count === 0 ? nothing.textContent : count === 1 ? words.one : words.many.replace("{count}", count));
    choose(-1);
    open(Boolean(question) && form.contains(document.activeElement));
  }

  /* Said after a pause, so that each letter does not interrupt what is being read out. */
  var timer = 0;
  function tell(text) {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { status.textContent = text; }, 300);
  }

  function open(wanted) {
    panel.hidden = !wanted;
    field.setAttribute("aria-expanded", String(wanted && shown.length > 0));
    if (!wanted) { choose(-1); }
  }

  function choose(at) {
    if (shown[active]) { shown[active].setAttribute("aria-selected", "false"); }
    active = at;
    if (!shown[at]) { field.removeAttribute("aria-activedescendant"); return; }
    shown[at].setAttribute("aria-selected", "true");
    shown[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", shown[at].id);
  }

  /* ---------- Loading ---------- */

  function load(path, kind) {
    if (asked[path]) { return; }
    asked[path] = true;
    var script = document.createElement("script");
    script.src = words.assets + path;
    script.addEventListener("error", function () {
      /* A document whose text is not there is still found by its title. */
      if (kind) { texts[kind] = []; update(); return; }
      asked[path] = false;
      nothing.hidden = false;
      nothing.textContent = words.failed;
      tell(words.failed);
      open(true);
    });
    document.head.append(script);
  }

  window.handoffSearch = {
    index: function (data) { index = decode(data); if (field.value) { update(); } },
    texts: function (kind, parts) { texts[kind] = parts; update(); }
  };

  /* ---------- Hands ---------- */

  field.addEventListener("focus", function () { load("search-index.js"); });
  field.addEventListener("input", function () { load("search-index.js"); update(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("focusout", function (event) {
    if (!form.contains(event.relatedTarget)) { open(false); }
  });
  field.addEventListener("click", function () { if (field.value.trim() && panel.hidden) { update(); } });
  /* A press on a result must not take the focus, or the panel would close before the click. */
  panel.addEventListener("mousedown", function (event) { event.preventDefault(); });
  list.addEventListener("click", function (event) { if (event.target.closest("a")) { open(false); } });

  field.addEventListener("keydown", function (event) {
    if (event.isComposing) { return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (panel.hidden && field.value.trim()) { update(); }
      if (!shown.length) { return; }
      var step = event.key === "ArrowDown" ? 1 : -1;
      choose(active < 0 && step < 0 ? shown.length - 1 : (active + step + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!panel.hidden && shown.length) { shown[Math.max(0, active)].click(); }
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (!panel.hidden) { open(false); } else if (field.value) { field.value = ""; update(); } else { field.blur(); }
    }
  });

  document.addEventListener("keydown", function (event) {
    var editable = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    var slash = event.key === "/" && !editable && !event.ctrlKey && !event.metaKey && !event.altKey;
    var k = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (slash || k) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  form.hidden = false;
}());
