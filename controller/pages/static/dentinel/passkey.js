// Says in a sentence that the browser or the device gave no passkey, instead of to the console.
"use strict";
document.addEventListener("allauth.error", (event) => {
  const refused = document.getElementById("passkey-refused");
  if (!refused) return;
  event.preventDefault();
  refused.hidden = false;
});
