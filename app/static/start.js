// Stands in the start page itself: before the first question it finds out whether this phone can
// keep answers, and shows those that it keeps. Where it cannot, the page goes on as it is.
(() => {
  const show = (id) => {
    const away = document.getElementById(id);
    const shown = away.content.firstElementChild;
    away.replaceWith(shown);
    return shown;
  };
  const place = document.getElementById("phone");
  const { url, slug, token, begun, again, keep, files } = place.dataset;

  // Writes and reads back, with room for a long answer; gives all that is kept.
  const look = (done) => {
    setTimeout(done, 4000);
    const asked = indexedDB.open("cabildo");
    asked.onupgradeneeded = () => asked.result.createObjectStore("meta");
    asked.onerror = () => done();
    asked.onsuccess = () => {
      const base = asked.result;
      const key = `probe ${Math.random()}`;
      const names = [...base.objectStoreNames];
      const writing = base.transaction(names, "readwrite");
      writing.objectStore("meta").put(key.padEnd(65536), key);
      writing.onabort = () => done();
      writing.oncomplete = () => {
        const all = base.transaction(names, "readwrite");
        const meta = all.objectStore("meta");
        const read = meta.get(key);
        const rows = {};
        meta.delete(key);
        for (const name of names) rows[name] = all.objectStore(name).getAll();
        all.oncomplete = () => {
          base.close();
          done(read.result && ((name) => (rows[name] ? rows[name].result : [])));
        };
      };
    };
  };

  // Also where the page says what touching it means
  const rename = (button) => {
    const said = button.form.previousElementSibling;
    said.textContent = said.textContent.replace(button.textContent, again);
    button.className = "plain";
    button.textContent = again;
  };

  const offer = (rows) => {
    const own = (row) => row.slug === slug && row.token === token && Object.keys(row.raw || {}).length;
    const [newest, ...others] = rows("drafts").filter(own).sort((a, b) => (a.updated < b.updated ? 1 : -1));
    const [button] = document.forms[0].querySelectorAll("button");
    if (newest) show("begun").querySelector("a.button").href = `${newest.doc}#i-${newest.instance}`;
    else if (!token && rows("receipts").some((one) => one.slug === slug)) show("sent-here");
    if (newest) rename(button);
    // With a personal link there is one answer, and this is it
    if (newest && token) document.forms[0].hidden = true;
    if (others.length) show("more");
    const left = rows("files").length;
    if (rows("outbox").length) show("unsent");
    else if (!left) return;
    for (const src of left ? [keep, files] : [keep]) {
      const script = Object.assign(document.createElement("script"), { src, async: false });
      document.head.append(script);
    }
  };

  const decide = (rows) => {
    if (place.dataset.known) return;
    place.dataset.known = "1";
    if (!rows) return show("cannot");
    document.forms[0].addEventListener("submit", (event) => {
      // What another phone began goes on from the service's copy
      if (begun) return;
      event.preventDefault();
      location.assign(`${url}#new${token ? `-${token}` : ""}`);
    });
    offer(rows);
  };

  try {
    look(decide);
  } catch (error) {
    decide();
  }
})();
