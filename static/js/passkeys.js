/* A passkey that was not given is no error of ours: say so in words, instead of into the console. */
const PASSKEY_TROUBLE = {
  InvalidStateError: 'This device has a passkey for you already.',
  SecurityError: 'Passkeys need this site under its name, with https. On your own machine, open it as localhost.',
};

document.addEventListener('allauth.error', (event) => {
  event.preventDefault();
  const place = document.querySelector('[data-passkey-trouble]');
  if (place) {
    const name = event.detail.exception && event.detail.exception.name;
    place.textContent = PASSKEY_TROUBLE[name] || 'No passkey was given. Try again, or use another way.';
    place.hidden = false;
  }
});
