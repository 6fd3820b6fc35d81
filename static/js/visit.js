// What a phone adds to the form of a visit: smaller photos, a signature, a position, and a form that survives a fault.
"use strict";
(() => {
  const form = document.getElementById("visit-form");
  if (!form) return;
  const field = (name) => form.elements.namedItem(name);
  const LONGEST_SIDE = 1600;
  const QUALITY = 0.82;

  for (const button of form.querySelectorAll("[data-all]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const input of button.closest("section").querySelectorAll(`input[value="${button.dataset.all}"]`)) {
        const answered = form.querySelector(`input[name="${input.name}"]:checked`);
        if (!answered) input.checked = true;
      }
    });
  }

  field("device").value = (navigator.userAgentData?.platform || navigator.platform || "").slice(0, 80);

  // Photos: made smaller here, so that they pass a weak signal; the server does it once more.
  // Unless the camera's position is to stay: drawing the photo anew would lose it.
  const photos = field("photos");
  photos.addEventListener("change", () => {
    const told = document.getElementById("photos-chosen");
    told.textContent = photos.files.length ? `${photos.files.length} ${form.dataset.chosen}` : "";
  });
  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size < 500000) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file;
    }
  }

  // Signature
  const canvas = document.getElementById("signature-canvas");
  const pen = canvas.getContext("2d");
  document.getElementById("signature-pad").hidden = false;
  let drawing = false;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (drawing) field("signature").value = canvas.toDataURL("image/png");
      drawing = false;
    });
  }
  document.getElementById("signature-clear").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field("signature").value = "";
  });

  // Position
  if (navigator.geolocation) {
    const told = document.getElementById("position-told");
    document.getElementById("position-part").hidden = false;
    document.getElementById("position-take").addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          field("latitude").value = coords.latitude.toFixed(6);
          field("longitude").value = coords.longitude.toFixed(6);
          field("accuracy").value = Math.round(coords.accuracy);
          told.textContent = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} (± ${Math.round(coords.accuracy)} m)`;
        },
        () => { told.textContent = form.dataset.noPosition; },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }

  // Sent without leaving the page: after a fault, or without a signal, everything typed, drawn and photographed is still here.
  const faults = document.getElementById("visit-faults");
  const tell = (nodes) => {
    faults.replaceChildren(...nodes);
    faults.focus();
    faults.scrollIntoView({ block: "start" });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const sent = new FormData(form);
      const files = [...photos.files];
      sent.delete("photos");
      for (const file of files) {
        sent.append("photos", field("keep_position").checked ? file : await smaller(file));
      }
      const answer = await fetch(form.action || location.href, { method: "POST", body: sent });
      if (answer.redirected && answer.ok) {
        location.assign(answer.url);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("visit-faults") || page.querySelector("main");
      tell([...found.childNodes].map((node) => document.importNode(node, true)));
    } catch {
      const sentence = document.createElement("p");
      sentence.className = "alert alert-danger";
      sentence.setAttribute("role", "alert");
      sentence.textContent = form.dataset.failed;
      tell([sentence]);
    } finally {
      button.disabled = false;
    }
  });
})();
