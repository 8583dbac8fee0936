// The files that answers name: kept with them on the phone, sent after them in pieces, and forgotten
// when the service has all of it. Loaded after keep.js, by pages with files and by the worker.
(() => {
  const { work, ask, tell } = cabildo;
  const PIECE = 524288;
  const PATIENCE = 120000;
  const LARGEST_HASHED = 67108864;
  const HEADERS = { "Tus-Resumable": "1.0.0", Accept: "application/json" };

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, 0)).join("");

  // What is sent is what was chosen: "" where the phone cannot tell, and then the size does.
  const digest = async (blob) => {
    if (!self.crypto || !crypto.subtle || blob.size > LARGEST_HASHED) return "";
    return hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  };

  const all = () => work(["files"], (files) => ask(files.getAll()), "readonly");
  const ofInstance = (instance) => all().then((rows) => rows.filter((row) => row.instance === instance));

  // Gives the name that the answer has; fails where the phone has no room.
  const attach = async ({ question, blob, ending, ...about }) => {
    const sha256 = await digest(blob);
    const mark = sha256.slice(0, 12) || hex(crypto.getRandomValues(new Uint8Array(6)));
    const name = `${question}-${mark}.${ending}`;
    const row = { ...about, id: `${about.instance} ${name}`, name, sha256, blob, size: blob.size, at: Date.now() };
    await work(["files"], (files) => ask(files.put(row)));
    return row;
  };

  const drop = (unwanted) =>
    work(["files"], async (files) => {
      for (const row of await ask(files.getAll())) if (unwanted(row)) await ask(files.delete(row.id));
    });
  const dropOf = (instance, named = []) => drop((row) => row.instance === instance && !named.includes(row.name));

  // In the order in which the answers were received: only their files have where to go.
  const ready = async () => {
    const receipts = await work(["receipts"], (rows) => ask(rows.getAll()), "readonly");
    const sent = new Set(receipts.map(({ instance }) => instance));
    return (await all()).filter((row) => sent.has(row.instance) && !row.refused).sort((a, b) => a.at - b.at);
  };

  const post = async (address, method, headers, body) => {
    const stop = self.AbortController ? new AbortController() : {};
    const alarm = setTimeout(() => stop.abort && stop.abort(), PATIENCE);
    try {
      const how = { credentials: "omit", cache: "no-store", redirect: "error", signal: stop.signal };
      const answer = await fetch(address, { method, headers: { ...HEADERS, ...headers }, body, ...how });
      const told = answer.ok ? {} : await answer.json().catch(() => ({}));
      return { ...told, ok: answer.ok, get: (name) => answer.headers.get(name) };
    } finally {
      clearTimeout(alarm);
    }
  };

  const coded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  const begin = ({ slug, instance, name, sha256, called, anonymous, size }) => {
    const told = { instance, name, sha256, filename: anonymous ? "" : (called || "").slice(-200) };
    const pairs = Object.entries(told).filter(([, value]) => value);
    const metadata = pairs.map(([key, value]) => `${key} ${coded(value)}`).join(",");
    return post(`/e/${slug}/files`, "POST", { "Upload-Length": `${size}`, "Upload-Metadata": metadata });
  };

  // The server has all of it, and it is what this phone holds.
  const arrived = (answer, row) => {
    const found = answer.get("Arrived");
    return !!found && (!row.sha256 || found === row.sha256);
  };

  const refuse = (row, { code, title, remedy }) =>
    work(["files"], (files) => ask(files.put({ ...row, refused: { code, title, remedy } })));

  const LASTING = ["upload_refused", "upload_too_large", "upload_other"];

  const forget = (row) => work(["files"], (files) => ask(files.delete(row.id)));

  // Fails where there is no signal; what the service cannot take now must not keep back the others.
  // What becomes of the row is told to who keeps it.
  const sendOne = async (row, done = forget, lasting = refuse) => {
    let answer = await begin(row);
    const address = answer.get("Location");
    let tries = 0;
    while (answer.ok && !arrived(answer, row)) {
      const offset = +answer.get("Upload-Offset");
      const piece = row.blob.slice(offset, offset + PIECE);
      const headers = { "Upload-Offset": `${offset}`, "Content-Type": "application/offset+octet-stream" };
      answer = await post(address, "PATCH", headers, piece);
      // Another tab was faster, or what is there is not what was sent: where does it stand?
      if (/upload_(offset|broken)/.test(answer.code) && tries++ < 3) answer = await begin(row);
    }
    if (answer.ok) await done(row);
    else if (LASTING.includes(answer.code)) await lasting(row, answer);
  };

  const send = async () => {
    for (const row of await ready()) {
      tell({ instance: row.instance, state: "files" });
      const heard = await sendOne(row).then(
        () => true,
        () => false,
      );
      tell({ instance: row.instance });
      if (!heard) return;
    }
  };

  const left = () => ready().then((rows) => rows.length);

  cabildo.files = { attach, drop: dropOf, of: ofInstance, all, send, left, sendOne, digest };
})();
