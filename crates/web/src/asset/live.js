// Lists look for news when the office says that there is some; every page works without this file.
(() => {
  const parts = (page) => [...page.querySelectorAll("[data-live]")];
  if (parts(document).length === 0) return;
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html", "x-renkei-live": "1" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = parts(new DOMParser().parseFromString(await answer.text(), "text/html"));
      const shown = parts(document);
      if (fresh.length !== shown.length) return;
      shown.forEach((part, place) => {
        if (fresh[place].innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
          part.innerHTML = fresh[place].innerHTML;
        }
      });
    } catch {
      // No network now: the next look may find one.
    }
  };
  let waiting = null;
  const soon = () => {
    // Not all pages at the same instant.
    waiting ??= setTimeout(() => { waiting = null; look(); }, 100 + Math.random() * 400);
  };
  let news = null;
  const listen = () => {
    if (document.hidden) {
      // A page that nobody sees holds no connection.
      news?.close();
      news = null;
    } else if (!news) {
      news = new EventSource("/live");
      news.addEventListener("news", soon);
    }
  };
  document.addEventListener("visibilitychange", () => {
    listen();
    if (!document.hidden) soon();
  });
  listen();
})();
