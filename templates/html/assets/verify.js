/* Checks the files of a bundle that somebody chose, a folder or a zip, against the hashes in it. Nothing
   leaves the browser. Words come from the page. */
(function () {
  "use strict";

  var section = document.querySelector(".check");
  if (!section || !window.File || !window.Promise) { return; }
  var words = section.dataset;
  var working = section.querySelector(".working");
  var outcome = section.querySelector(".outcome");
  var drop = section.querySelector(".drop");

  var SUMS = "SHA256SUMS";
  var SIGNATURE = "SHA256SUMS.sig";
  var WHOLE = 64 * 1024 * 1024;              /* larger files are hashed piece by piece */
  var LARGEST = 1024 * 1024 * 1024;          /* no file of a bundle is larger */
  var MOST = 20000;                          /* no bundle has more files */
  /* What Finder and Explorer put into folders that they show. */
  var LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/;

  /* ---------- SHA-256, for browsers that keep theirs from pages opened from disk ---------- */

  var ROUND = new Uint32Array(64);
  var FIRST = new Uint32Array(8);

  /* The constants are the first bits of the roots of the first primes. */
  (function () {
    function fraction(number) { return (number - Math.floor(number)) * 4294967296; }
    var found = 0;
    for (var candidate = 2; found < 64; candidate += 1) {
      var prime = true;
      for (var factor = 2; factor * factor <= candidate; factor += 1) {
        if (candidate % factor === 0) { prime = false; break; }
      }
      if (!prime) { continue; }
      if (found < 8) { FIRST[found] = fraction(Math.sqrt(candidate)); }
      ROUND[found] = fraction(Math.cbrt(candidate));
      found += 1;
    }
  }());

  function Hash() {
    this.state = new Uint32Array(FIRST);
    this.block = new Uint8Array(64);
    this.filled = 0;
    this.length = 0;
    this.words = new Uint32Array(64);
  }

  Hash.prototype.add = function (bytes) {
    this.length += bytes.length;
    var at = 0;
    while (at < bytes.length) {
      var taken = Math.min(64 - this.filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled === 64) { this.mix(); this.filled = 0; }
    }
  };

  Hash.prototype.mix = function () {
    var w = this.words, block = this.block, state = this.state;
    var at, x, y;
    for (at = 0; at < 16; at += 1) {
      w[at] = block[at * 4] << 24 | block[at * 4 + 1] << 16 | block[at * 4 + 2] << 8 | block[at * 4 + 3];
    }
    for (at = 16; at < 64; at += 1) {
      x = w[at - 15];
      y = w[at - 2];
      x = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3);
      y = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10);
      w[at] = w[at - 16] + x + w[at - 7] + y;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3];
    var e = state[4], f = state[5], g = state[6], h = state[7];
    for (at = 0; at < 64; at += 1) {
      x = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + ROUND[at] + w[at] | 0;
      y = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + x | 0;
      d = c; c = b; b = a; a = x + y | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  };

  Hash.prototype.finish = function () {
    var bits = this.length * 8;
    var tail = new Uint8Array((this.filled < 56 ? 64 : 128) - this.filled);
    tail[0] = 0x80;
    for (var at = 0; at < 8; at += 1) {
      tail[tail.length - 1 - at] = Math.floor(bits / Math.pow(256, at)) % 256;
    }
    this.add(tail);
    return Array.from(this.state, function (word) { return ("0000000" + word.toString(16)).slice(-8); }).join("");
  };

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  async function hashOf(bytes) {
    if (window.crypto && window.crypto.subtle) {
      try { return hex(await window.crypto.subtle.digest("SHA-256", bytes)); } catch (refused) { /* then by ourselves */ }
    }
    var hash = new Hash();
    hash.add(bytes);
    return hash.finish();
  }

  async function hashOfStream(stream) {
    var hash = new Hash();
    var reader = stream.getReader();
    for (;;) {
      var piece = await reader.read();
      if (piece.done) { return hash.finish(); }
      hash.add(piece.value);
    }
  }

  /* ---------- What was chosen: path to something that gives its bytes ---------- */

  function fromFile(path, file) {
    return {
      path: path,
      bytes: async function () { return new Uint8Array(await file.arrayBuffer()); },
      hash: async function () {
        return file.size > WHOLE && file.stream ? hashOfStream(file.stream()) : hashOf(await this.bytes());
      }
    };
  }

  function Unreadable(why) { this.why = why; }

  /* The entries of a zip, read from the table at its end. */
  async function fromZip(file) {
    var tail = new DataView(await file.slice(Math.max(0, file.size - 65557)).arrayBuffer());
    var end = tail.byteLength - 22;
    while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) { end -= 1; }
    if (end < 0) { throw new Unreadable(words.packed); }
    var count = tail.getUint16(end + 10, true);
    var size = tail.getUint32(end + 12, true);
    var start = tail.getUint32(end + 16, true);
    if (count > MOST || start + size > file.size) { throw new Unreadable(words.packed); }
    var table = await file.slice(start, start + size).arrayBuffer();
    var view = new DataView(table);
    var names = new TextDecoder("utf-8");
    var entries = [];
    var at = 0;
    while (entries.length < count) {
      if (at + 46 > size || view.getUint32(at, true) !== 0x02014b50) { throw new Unreadable(words.packed); }
      var nameSize = view.getUint16(at + 28, true);
      entries.push({
        path: names.decode(new Uint8Array(table, at + 46, nameSize)),
        flags: view.getUint16(at + 8, true),
        method: view.getUint16(at + 10, true),
        packed: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
        at: view.getUint32(at + 42, true)
      });
      at += 46 + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
    return entries.filter(function (entry) { return !entry.path.endsWith("/"); }).map(function (entry) {
      return {
        path: entry.path,
        bytes: function () { return unpacked(file, entry); },
        hash: async function () { return hashOf(await unpacked(file, entry)); }
      };
    });
  }

  /* The bytes of an entry; an error if they are more or fewer than it says. */
  async function unpacked(file, entry) {
    if (entry.flags & 1 || entry.size > LARGEST) { throw new Unreadable(words.packed); }
    var head = new DataView(await file.slice(entry.at, entry.at + 30).arrayBuffer());
    if (head.byteLength < 30 || head.getUint32(0, true) !== 0x04034b50) { throw new Unreadable(words.packed); }
    var start = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    var blob = file.slice(start, start + entry.packed);
    if (entry.method === 0) {
      if (entry.size !== blob.size) { throw new Unreadable(words.packed); }
      return new Uint8Array(await blob.arrayBuffer());
    }
    if (entry.method !== 8 || !window.DecompressionStream) { throw new Unreadable(words.packed); }
    var reader = blob.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    var bytes = new Uint8Array(entry.size);
    var filled = 0;
    for (;;) {
      var piece = await reader.read();
      if (piece.done) { break; }
      if (filled + piece.value.length > bytes.length) { await reader.cancel(); throw new Unreadable(words.packed); }
      bytes.set(piece.value, filled);
      filled += piece.value.length;
    }
    if (filled !== bytes.length) { throw new Unreadable(words.packed); }
    return bytes;
  }

  /* The files below a folder that was dragged here. */
  async function fromEntry(entry, path) {
    if (entry.isFile) {
      var file = await new Promise(function (done, failed) { entry.file(done, failed); });
      return [fromFile(path, file)];
    }
    var reader = entry.createReader();
    var found = [];
    for (;;) {
      var some = await new Promise(function (done, failed) { reader.readEntries(done, failed); });
      if (!some.length) { return found; }
      for (var at = 0; at < some.length; at += 1) {
        found = found.concat(await fromEntry(some[at], path + "/" + some[at].name));
        if (found.length > MOST) { throw new Unreadable(words.foreign); }
      }
    }
  }

  /* ---------- The comparison ---------- */

  /* The files of the bundle by their paths in it: those beside the list of hashes that stands highest. */
  function bundleOf(files) {
    var lists = files.map(function (file) { return file.path; }).filter(function (path) {
      return path === SUMS || path.endsWith("/" + SUMS);
    }).sort(function (a, b) { return a.split("/").length - b.split("/").length; });
    var highest = lists.length ? lists[0].split("/").length : 0;
    if (!lists.length || (lists.length > 1 && lists[1].split("/").length === highest)) {
      throw new Unreadable(words.foreign);
    }
    var base = lists[0].slice(0, -SUMS.length);
    var found = new Map();
    files.forEach(function (file) {
      if (file.path.startsWith(base)) { found.set(file.path.slice(base.length), file); }
    });
    return found;
  }

  /* Path to hash. */
  function listed(text) {
    var sums = new Map();
    text.split(/\r?\n/).forEach(function (line) {
      if (line === "") { return; }
      var parts = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(line);
      if (!parts || sums.has(parts[2])) { throw new Unreadable(SUMS); }
      sums.set(parts[2], parts[1].toLowerCase());
    });
    return sums;
  }

  async function compare(files) {
    var bundle = bundleOf(files);
    var sums = listed(new TextDecoder("utf-8").decode(await bundle.get(SUMS).bytes()));
    var problems = [];
    var litter = [];
    var right = 0;
    var done = 0;
    for (var path of sums.keys()) {
      if (done % 20 === 0) { say(words.working.replace("{done}", done).replace("{total}", sums.size)); }
      done += 1;
      if (!bundle.has(path)) { problems.push([path, "missing"]); continue; }
      try {
        if (await bundle.get(path).hash() === sums.get(path)) { right += 1; } else { problems.push([path, "altered"]); }
      } catch (broken) {
        problems.push([path, "damaged"]);
      }
    }
    bundle.forEach(function (file, path) {
      if (sums.has(path) || path === SUMS || path === SIGNATURE) { return; }
      if (LITTER.test(path)) { litter.push(path); } else { problems.push([path, "added"]); }
    });
    problems.sort(function (a, b) { return a[0] < b[0] ? -1 : 1; });
    return { problems: problems, litter: litter, right: right, signed: bundle.has(SIGNATURE) };
  }

  /* ---------- What is shown ---------- */

  function say(text) { working.textContent = text; }

  function element(name, text, kind) {
    var made = document.createElement(name);
    if (text) { made.textContent = text; }
    if (kind) { made.className = kind; }
    return made;
  }

  var STATES = { altered: "partial", missing: "missing", added: "waived", damaged: "missing" };

  function table(problems) {
    var made = element("table");
    var head = made.createTHead().insertRow();
    [words.state, words.file].forEach(function (title) {
      var cell = element("th", title);
      cell.scope = "col";
      head.appendChild(cell);
    });
    var body = made.createTBody();
    problems.forEach(function (problem) {
      var row = body.insertRow();
      row.insertCell().appendChild(element("span", words[problem[1]], "state " + STATES[problem[1]]));
      row.insertCell().appendChild(element("code", problem[0]));
    });
    return made;
  }

  function show(kind, parts) {
    say("");
    outcome.className = "outcome " + kind;
    outcome.replaceChildren.apply(outcome, parts);
    outcome.hidden = false;
    outcome.focus();
  }

  function told(result) {
    var good = !result.problems.length;
    var text = good ? words.intact : words.broken;
    var parts = [element("p", text.replace("{count}", good ? result.right : result.problems.length), "verdict")];
    if (!good) {
      parts.push(table(result.problems));
      parts.push(element("p", words.rest.replace("{count}", result.right)));
    }
    if (result.litter.length) { parts.push(element("p", words.litter + " " + result.litter.join(", "))); }
    parts.push(element("p", result.signed ? words.signed : words.unsigned));
    show(good ? "good" : "bad", parts);
  }

  var turn = 0;

  /* Whoever chooses again while files are still read sees only the later answer. */
  async function check(gather) {
    var mine = turn += 1;
    outcome.hidden = true;
    say(words.working.replace("{done}", "0").replace("{total}", "…"));
    try {
      var result = await compare(await gather());
      if (mine === turn) { told(result); }
    } catch (broken) {
      if (mine !== turn) { return; }
      var why = broken instanceof Unreadable ? broken.why : String(broken && broken.message || broken);
      show("bad", [element("p", words.unreadable.replace("{why}", why), "verdict")]);
    }
  }

  function isZip(file) { return /\.zip$/i.test(file.name); }

  async function gathered(files) {
    files = Array.from(files);
    if (files.length === 1 && isZip(files[0])) { return fromZip(files[0]); }
    return files.map(function (file) { return fromFile(file.webkitRelativePath || file.name, file); });
  }

  /* ---------- Choosing ---------- */

  section.querySelectorAll(".script-only").forEach(function (part) { part.hidden = false; });
  var folder = section.querySelector("#verify-folder");
  folder.webkitdirectory = true;
  section.querySelectorAll("input").forEach(function (input) {
    input.addEventListener("change", function () {
      /* The list empties itself when the field is reset, so that the same choice can be made again. */
      var files = Array.from(input.files);
      input.value = "";
      if (files.length) { check(function () { return gathered(files); }); }
    });
  });

  ["dragenter", "dragover"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      event.preventDefault();
      drop.classList.add("over");
    });
  });
  document.addEventListener("dragleave", function (event) {
    if (!event.relatedTarget) { drop.classList.remove("over"); }
  });
  document.addEventListener("drop", function (event) {
    event.preventDefault();
    drop.classList.remove("over");
    var data = event.dataTransfer;
    /* Both lists are gone when this function returns. */
    var files = Array.from(data.files);
    var entries = Array.from(data.items || []).map(function (item) {
      return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
    }).filter(Boolean);
    if (!files.length && !entries.length) { return; }
    check(async function () {
      if (files.length === 1 && isZip(files[0])) { return fromZip(files[0]); }
      if (!entries.length) { return gathered(files); }
      var found = [];
      for (var at = 0; at < entries.length; at += 1) {
        found = found.concat(await fromEntry(entries[at], entries[at].name));
      }
      return found;
    });
  });
}());
