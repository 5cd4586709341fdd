// Passkeys: what no page can do without script. Each place says what to do where this file does not run.
(() => {
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
    return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const named = (ids) => ids.map((id) => ({ type: "public-key", id: bytes(id) }));
  const timeout = 300000;

  const make = async (told) => {
    const { response } = await navigator.credentials.create({ publicKey: {
      challenge: bytes(told.challenge),
      rp: { id: told.rpId, name: told.rpName },
      user: { id: bytes(told.userId), name: told.userName, displayName: told.userDisplayName },
      pubKeyCredParams: told.algorithms.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: named(told.known),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout,
    } });
    return { client: text(response.clientDataJSON), attestation: text(response.attestationObject) };
  };

  const use = async (told) => {
    const { rawId, response } = await navigator.credentials.get({ publicKey: {
      challenge: bytes(told.challenge),
      rpId: told.rpId,
      allowCredentials: named(told.known),
      userVerification: "required",
      timeout,
    } });
    return {
      credential: text(rawId),
      authenticator: text(response.authenticatorData),
      client: text(response.clientDataJSON),
      signature: text(response.signature),
      user: response.userHandle ? text(response.userHandle) : "",
    };
  };

  // What the office answered instead: the heading of its page says what is wrong.
  const heading = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("main h1")?.textContent;
  };

  const ask = async (form, words) => {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.begin, { method: "POST", body });
    if (answer.redirected) return location.reload();
    if (!answer.ok) return (await heading(answer)) ?? words.failed;
    const fields = await (form.dataset.passkey === "make" ? make : use)(await answer.json());
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    form.submit();
  };

  for (const place of document.querySelectorAll("[data-passkey-at]")) {
    if (!window.PublicKeyCredential || location.origin !== place.dataset.passkeyAt) continue;
    const form = place.querySelector("form");
    const problem = form.querySelector("[data-failed]");
    place.querySelector("[data-otherwise]").hidden = true;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      const said = await ask(form, problem.dataset).catch((error) =>
        error.name === "InvalidStateError" ? problem.dataset.known
          : error.name === "NotAllowedError" ? problem.dataset.ended : problem.dataset.failed);
      if (!said) return;
      problem.textContent = said;
      problem.hidden = false;
    });
  }
})();
