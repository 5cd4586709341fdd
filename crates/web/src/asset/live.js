// Work lists look for news by themselves; every page works without this file.
(() => {
  const list = document.querySelector("[data-live]");
  if (!list) return;
  const seconds = 20;
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html", "x-renkei-live": "1" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live]");
      if (fresh && fresh.innerHTML !== list.innerHTML && !list.contains(document.activeElement)) {
        list.innerHTML = fresh.innerHTML;
      }
    } catch {
      // No network now: the next look may find one.
    }
  };
  setInterval(look, seconds * 1000);
})();
