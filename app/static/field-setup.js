// On the signed-in page: gives this phone its own secret and what it takes along. From then on the
// interviewer's page works without signal, and hands over without a session.

const script = document.querySelector("script[data-keep]");
const button = document.getElementById("prepare");
const news = document.getElementById("news");
const words = JSON.parse(button.dataset.words);

const prepare = async () => {
  const keep = await import(script.dataset.keep);
  const { secret, pack } = await keep.prepared();
  const others = secret && pack && pack.user !== button.dataset.user;
  if (others) return words.other;
  let state = secret ? await keep.refresh(button.dataset.language) : "revoked";
  if (state === "revoked") {
    const headers = { "X-CSRFToken": button.dataset.token };
    const answer = await fetch(button.dataset.enrol, { method: "POST", headers });
    if (!answer.ok || answer.redirected) return words.failed;
    await keep.enrol((await answer.json()).secret);
    state = await keep.refresh(button.dataset.language);
  }
  if (state !== "ok") return words.failed;
  location.assign(button.dataset.next);
  return words.ready;
};

button.addEventListener("click", async () => {
  button.disabled = true;
  news.textContent = words.working;
  news.textContent = await prepare().catch(() => words.cannot);
  button.disabled = false;
});
