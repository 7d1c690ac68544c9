// Passkeys and security keys: asks the browser for a credential and posts it with the form around.
"use strict";

const optionsOf = async (form) => {
  if (form.dataset.passkey === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()).request_options;
  }
  const data = JSON.parse(document.getElementById("js_data").textContent);
  return data.creation_options || data.request_options;
};

const askFor = async (form) => {
  const options = await optionsOf(form);
  if (form.dataset.passkey !== "add") return webauthnJSON.get(options);
  const passwordless = form.elements.passwordless?.checked ?? false;
  const selection = (options.publicKey.authenticatorSelection ??= {});
  selection.residentKey = passwordless ? "required" : "discouraged";
  selection.requireResidentKey = passwordless;
  if (passwordless) selection.userVerification = "required";
  return webauthnJSON.create(options);
};

document.addEventListener("DOMContentLoaded", () => {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.querySelector("[data-passkey-start]").addEventListener("click", async () => {
      const trouble = form.querySelector("[data-passkey-error]");
      trouble.textContent = "";
      try {
        form.elements.credential.value = JSON.stringify(await askFor(form));
        form.submit();
      } catch {
        trouble.textContent = form.dataset.failed;
      }
    });
  }
});
