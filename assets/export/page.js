(function () {
  'use strict';
  var root = document.documentElement;
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var steps = all('.step');
  var links = all('.timeline a');
  var answers = all('.answer');
  var status = document.getElementById('status');
  var at = 0;
  if (!steps.length) { return; }
  root.classList.add('js');

  function button(id) { return document.getElementById(id); }

  function title(step) { return step.querySelector('h2').textContent; }

  function show(index) {
    at = Math.max(0, Math.min(steps.length - 1, index));
    steps.forEach(function (step, i) { step.classList.toggle('now', i === at); });
    links.forEach(function (link) {
      if (link.getAttribute('href') === '#' + steps[at].id) { link.setAttribute('aria-current', 'step'); }
      else { link.removeAttribute('aria-current'); }
    });
    button('first').disabled = button('back').disabled = at === 0;
    button('forward').disabled = button('last').disabled = at === steps.length - 1;
    status.textContent = 'Step ' + (at + 1) + ' of ' + steps.length + ': ' + title(steps[at]);
    hide_again();
  }

  // The step of the address; without one tick 1, before which nothing has happened.
  function opening() {
    var id = window.location.hash.slice(1);
    var named = steps.findIndex(function (step) { return step.id === id; });
    var tick = steps.findIndex(function (step) { return title(step).indexOf('Tick 1') === 0; });
    return named >= 0 ? named : Math.max(0, tick);
  }

  function is_covered() { return root.classList.contains('covered'); }

  // What was uncovered one by one is covered again with the next step.
  function hide_again() {
    answers.forEach(function (answer) {
      answer.classList.remove('shown');
      if (is_covered()) {
        answer.setAttribute('tabindex', '0');
        answer.setAttribute('aria-label', 'covered: press Enter to see it');
      } else {
        answer.removeAttribute('tabindex');
        answer.removeAttribute('aria-label');
      }
    });
  }

  function cover() {
    root.classList.toggle('covered');
    button('cover').setAttribute('aria-pressed', String(is_covered()));
    hide_again();
  }

  function uncover(answer) {
    if (is_covered()) {
      answer.classList.add('shown');
      answer.removeAttribute('aria-label');
    }
  }

  function dark() {
    var is_dark = getComputedStyle(root).colorScheme === 'dark' ||
      (!root.dataset.theme && window.matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.theme = is_dark ? 'light' : 'dark';
    button('dark').setAttribute('aria-pressed', String(!is_dark));
  }

  button('first').addEventListener('click', function () { show(0); });
  button('back').addEventListener('click', function () { show(at - 1); });
  button('forward').addEventListener('click', function () { show(at + 1); });
  button('last').addEventListener('click', function () { show(steps.length - 1); });
  button('cover').addEventListener('click', cover);
  button('dark').addEventListener('click', dark);
  answers.forEach(function (answer) { answer.addEventListener('click', function () { uncover(answer); }); });
  links.forEach(function (link) {
    link.addEventListener('click', function (event) {
      var index = steps.findIndex(function (step) { return '#' + step.id === link.getAttribute('href'); });
      event.preventDefault();
      show(index);
    });
  });
  document.addEventListener('keydown', function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) { return; }
    var target = event.target;
    var pressed = event.key === ' ' && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);
    var moves = { ArrowRight: at + 1, PageDown: at + 1, ' ': at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: steps.length - 1 };
    if (event.key === '.') { cover(); }
    if (event.key === 'Enter' && target.classList && target.classList.contains('answer')) { uncover(target); }
    if (!pressed && Object.prototype.hasOwnProperty.call(moves, event.key)) {
      event.preventDefault();
      show(moves[event.key]);
    }
  });
  show(opening());
}());
