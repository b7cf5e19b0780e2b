(function () {
  'use strict';
  var root = document.documentElement;
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var steps = all('.step');
  var links = all('.timeline a');
  var answers = all('.answer');
  var status = document.getElementById('status');
  var at = 0;
  var asked = all('.question').map(function (box) {
    var end = steps.findIndex(function (step) { return step.id === box.getAttribute('data-end'); });
    return { box: box, at: steps.indexOf(box.closest('.step')), end: end, open: true, warned: false };
  });
  if (!steps.length) { return; }
  root.classList.add('js');

  function button(id) { return document.getElementById(id); }

  var board = document.querySelector('.board');

  // The numbers go to where their sockets stand after this step.
  function move(step) {
    var counts = {}, there = {}, many = (step.getAttribute('data-many') || '').split('|');
    if (!board) { return; }
    var places = (step.getAttribute('data-board') || '').split(' ').filter(Boolean);
    places.forEach(function (place) {
      var parts = place.replace('*', '').split(':'), moved = place.indexOf('*') > 0;
      var stage = board.querySelector('.stage[data-stage="' + parts[1] + '"]');
      var dot = board.querySelector('.socket[data-row="' + parts[0] + '"]');
      if (!stage || !dot) { return; }
      var nth = counts[parts[1]] || 0;
      counts[parts[1]] = nth + 1;
      there[parts[0]] = true;
      var x = Number(stage.getAttribute('data-x')) + nth % 5 * 27;
      var y = Number(stage.getAttribute('data-y')) + Math.floor(nth / 5) * 26;
      // What was not there comes from nowhere: it would fly in from where it stands at the end.
      var fresh = dot.classList.contains('absent') || !board.classList.contains('shown');
      dot.style.transition = fresh ? 'none' : '';
      dot.style.transform = 'translate(' + x + 'px,' + y + 'px)';
      if (fresh) { dot.getBoundingClientRect(); dot.style.transition = ''; }
      dot.classList.toggle('moved', moved);
      dot.querySelector('text').textContent = parts[0] + (moved ? '*' : '');
    });
    board.querySelectorAll('.socket').forEach(function (dot) {
      dot.classList.toggle('absent', !there[dot.getAttribute('data-row')]);
    });
    board.classList.add('shown');
    board.querySelectorAll('.many').forEach(function (text) {
      var words = many[Number(text.getAttribute('data-stage'))] || '';
      if (words) { counts[text.getAttribute('data-stage')] = 1; }
      text.textContent = words;
    });
    board.querySelectorAll('.stage').forEach(function (stage) {
      stage.classList.toggle('here', !!counts[stage.getAttribute('data-stage')]);
    });
    board.querySelector('title').textContent = 'Where all sockets stand. ' + step.querySelector('.stands').textContent;
  }

  // The first question that nobody has answered: what stands behind it is not shown, and what the kernel knew before it is covered.
  function open_question() { return asked.filter(function (question) { return question.open; })[0]; }

  function cover_for(question) {
    var known = -1;
    asked.forEach(function (other) { if (!other.open) { known = Math.max(known, other.end); } });
    root.classList.toggle('unanswered', !!question);
    root.classList.toggle('asking', !!question && at > known);
  }

  function chosen(question) {
    var input = question.box.querySelector('input:checked');
    return input ? input.value : '';
  }

  function choose(choice) {
    var question = open_question();
    var input = question && at === question.at && question.box.querySelector('input[value="' + choice + '"]');
    if (input) { input.checked = true; status.textContent = 'You say ' + choice + '. Space: the kernel answers.'; }
  }

  function reveal(question) {
    var choice = chosen(question), right = question.box.getAttribute('data-right');
    if (!choice && !question.warned) {
      question.warned = true;
      status.textContent = 'No answer yet: once more lets the kernel answer.';
      return;
    }
    question.open = false;
    question.box.querySelectorAll('input, button').forEach(function (part) { part.disabled = true; });
    show(question.end);
    var answer = steps[question.end].querySelector('.kernel[data-number="' + question.box.getAttribute('data-number') + '"]');
    if (answer) {
      answer.open = true;
      answer.querySelector('.yours').textContent = (choice ? 'You said ' + choice : 'You gave no answer') + (right ? ', the kernel says ' + right + '.' : '.');
      answer.querySelectorAll('.if').forEach(function (said) { said.hidden = said.getAttribute('data-choice') !== choice; });
    }
  }

  // Forward over a question goes by its answer.
  function go(index) {
    var question = open_question();
    if (question && index > question.at && at === question.at) { reveal(question); } else { show(index); }
  }

  function title(step) { return step.querySelector('h2').textContent; }

  function show(index) {
    var question = open_question();
    at = Math.max(0, Math.min(question ? question.at : steps.length - 1, index));
    cover_for(question);
    steps.forEach(function (step, i) { step.classList.toggle('now', i === at); });
    links.forEach(function (link) {
      if (link.getAttribute('href') === '#' + steps[at].id) { link.setAttribute('aria-current', 'step'); }
      else { link.removeAttribute('aria-current'); }
    });
    move(steps[at]);
    button('first').disabled = button('back').disabled = at === 0;
    button('forward').disabled = button('last').disabled = !question && at === steps.length - 1;
    status.textContent = 'Step ' + (at + 1) + ' of ' + steps.length + ': ' + title(steps[at]);
    hide_again();
  }

  // The step of the address; without one tick 1, before which nothing has happened.
  function opening() {
    var id = window.location.hash.slice(1);
    var named = steps.findIndex(function (step) { return step.id === id; });
    var tick = steps.findIndex(function (step) { return title(step).indexOf('Tick 1') === 0; });
    if (named < 0 && asked.length) { return 0; }
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
  button('forward').addEventListener('click', function () { go(at + 1); });
  button('last').addEventListener('click', function () { go(steps.length - 1); });
  button('cover').addEventListener('click', cover);
  button('dark').addEventListener('click', dark);
  asked.forEach(function (question) {
    question.box.querySelector('.ask-kernel').addEventListener('click', function () { reveal(question); });
  });
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
    var pressed = target.tagName === 'INPUT' ? event.key !== 'PageDown' : event.key === ' ' && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);
    var moves = { ArrowRight: at + 1, PageDown: at + 1, ' ': at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: steps.length - 1 };
    if (event.key === '.') { cover(); }
    if (/^[a-dA-D]$/.test(event.key)) { choose(event.key.toLowerCase()); }
    if (event.key === 'Enter' && target.tagName === 'INPUT' && open_question()) { reveal(open_question()); }
    if (event.key === 'Enter' && target.classList && target.classList.contains('answer')) { uncover(target); }
    if (!pressed && Object.prototype.hasOwnProperty.call(moves, event.key)) {
      event.preventDefault();
      go(moves[event.key]);
    }
  });
  show(opening());
}());
