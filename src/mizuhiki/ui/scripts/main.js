// Progressive enhancement only: every page works without this file.
// 1. moves focus to the error summary; 2. warns two minutes before a session ends; 3. closes the language list on Escape.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

for (const list of document.querySelectorAll("details.languages")) {
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !list.open) return;
    list.open = false;
    list.querySelector("summary").focus();
  });
}

const dialog = document.querySelector(".session-dialog");
if (dialog) {
  const warnBefore = 120_000;
  const lifetime = Number(dialog.dataset.seconds) * 1000;
  const left = dialog.querySelector("[data-left]");
  let warnAt;
  let endsAt;
  let counter;

  const watch = () => {
    clearInterval(counter);
    endsAt = Date.now() + lifetime;
    clearTimeout(warnAt);
    warnAt = setTimeout(warn, Math.max(lifetime - warnBefore, 0));
  };
  const warn = () => {
    dialog.showModal();
    const show = () => {
      const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds === 0) { clearInterval(counter); dialog.close(); }
    };
    show();
    counter = setInterval(show, 1000);
  };
  const stay = async () => {
    const answer = await fetch(dialog.dataset.stay, { credentials: "same-origin", cache: "no-store" });
    if (answer.ok) watch();
  };

  dialog.addEventListener("cancel", stay);
  dialog.querySelector("[data-stay-button]").addEventListener("click", () => { dialog.close(); stay(); });
  watch();
}
