// A code that came behind the # goes into the field, and out of the address.
const field = document.getElementById('q-code');
if (location.hash.length > 1 && !field.value) {
  field.value = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
}
