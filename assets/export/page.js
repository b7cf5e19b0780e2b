(function () {
  'use strict';
  var steps = Array.prototype.slice.call(document.querySelectorAll('.step'));
  var links = Array.prototype.slice.call(document.querySelectorAll('.timeline a'));
  var status = document.getElementById('status');
  var at = 0;
  if (!steps.length) { return; }
  document.documentElement.classList.add('js');

  function button(id) { return document.getElementById(id); }

  function show(index) {
    at = Math.max(0, Math.min(steps.length - 1, index));
    steps.forEach(function (step, i) { step.classList.toggle('now', i === at); });
    links.forEach(function (link) {
      if (link.getAttribute('href') === '#' + steps[at].id) { link.setAttribute('aria-current', 'step'); }
      else { link.removeAttribute('aria-current'); }
    });
    button('first').disabled = button('back').disabled = at === 0;
    button('forward').disabled = button('last').disabled = at === steps.length - 1;
    status.textContent = 'Step ' + (at + 1) + ' of ' + steps.length + ': ' + steps[at].querySelector('h2').textContent;
  }

  function from_hash() {
    var id = window.location.hash.slice(1);
    var index = steps.findIndex(function (step) { return step.id === id; });
    show(index < 0 ? 0 : index);
  }

  button('first').addEventListener('click', function () { show(0); });
  button('back').addEventListener('click', function () { show(at - 1); });
  button('forward').addEventListener('click', function () { show(at + 1); });
  button('last').addEventListener('click', function () { show(steps.length - 1); });
  links.forEach(function (link) {
    link.addEventListener('click', function (event) {
      var index = steps.findIndex(function (step) { return '#' + step.id === link.getAttribute('href'); });
      event.preventDefault();
      show(index);
    });
  });
  document.addEventListener('keydown', function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) { return; }
    var pressed = event.key === ' ' && /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName);
    var moves = { ArrowRight: at + 1, PageDown: at + 1, ' ': at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: steps.length - 1 };
    if (!pressed && Object.prototype.hasOwnProperty.call(moves, event.key)) {
      event.preventDefault();
      show(moves[event.key]);
    }
  });
  from_hash();
}());
