//! Exports: every form is whole, harmless, and accepted by the tool it is made for.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::pty::Pty;
use support::recordings::{GOLDEN, golden, golden_text};
use support::{need, skip, sockstep, stderr, stdout};

/// Every form; the last is for recordings of the wire alone.
const FORMS: [&[&str]; 10] = [
    &["html"],
    &["svg", "--size", "160x50"],
    &["cast"],
    &["cast", "--cast-version", "3"],
    &["mermaid"],
    &["markdown"],
    &["markdown", "--blank"],
    &["python"],
    &["parsons", "--seed", "7"],
    &["pcapng"],
];
const WITHOUT_PACKETS: usize = FORMS.len() - 1;

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn export(file: &Path, form: &[&str], more: &[&str]) -> String {
    let mut args = vec!["export", path(file), "--to"];
    args.extend_from_slice(form);
    args.extend_from_slice(more);
    let output = sockstep(&args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    match form[0] {
        // It is no text, but what it carries can be read in it.
        "pcapng" => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => stdout(&output),
    }
}

fn written(dir: &Path, name: &str, text: &str) -> PathBuf {
    let file = dir.join(name);
    std::fs::write(&file, text).expect("written");
    file
}

#[test]
fn nothing_that_a_peer_sent_steers_anything_in_any_form() {
    let hostile = golden_text("hostile-peer");
    assert!(hostile.contains("]52;c;aGk="), "the peer really sent it");
    for form in &FORMS[..WITHOUT_PACKETS] {
        let text = export(&golden("hostile-peer"), form, &[]);
        let raw = text
            .chars()
            .find(|c| *c != '\n' && sockstep::model::clean::is_hostile(*c));
        assert_eq!(raw, None, "{form:?}");
        assert!(!text.contains("<script>alert"), "{form:?}");
        if form[0] == "cast" {
            // What a player would write to the terminal.
            for line in text.lines().skip(1) {
                let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
                let data = event[2].as_str().expect("text");
                for bad in ["\u{1b}]", "\u{1b}[2J", "\u{9b}", "\u{202e}", "\u{7}"] {
                    assert!(!data.contains(bad), "{bad:?} in {data:?}");
                }
            }
        } else if form[0] != "svg" && form.get(1) != Some(&"--blank") {
            let visible = text
                .replace("#92;", "\\")
                .replace("#59;", ";")
                .replace("#93;", "]");
            assert!(
                visible.contains("x1b]52;c"),
                "{form:?} shows what came:\n{text}"
            );
        }
    }
}

/// A session with real names, made of a golden one.
fn telling() -> String {
    golden_text("name-and-closed-port")
        .replace("localhost", "Secret.Firm.test")
        .replace("127.0.0.1", "10.77.88.99")
        .replace("[::1]", "[2a01:4f8::77]")
        + ""
}

#[test]
fn a_masked_export_names_nobody() {
    let dir = tempfile::tempdir().expect("a directory");
    let names = written(dir.path(), "secret-name.jsonl", &telling());
    let paths = written(
        dir.path(),
        "secret-path.jsonl",
        &golden_text("unix").replace("/run/lesson", "/home/eve/lesson"),
    );
    let secrets = [
        "firm",
        "10.77.88",
        "2a01",
        "4f8",
        "/home",
        "eve/",
        "lesson",
        "nobody-here",
        "secret-",
        "/root",
        "payroll",
        "10.99.0",
    ];
    let packets = written(
        dir.path(),
        "secret-packets.jsonl",
        &golden_text("wire-secret"),
    );
    let files = [
        (&names, WITHOUT_PACKETS),
        (&paths, WITHOUT_PACKETS),
        (&packets, FORMS.len()),
    ];
    for (file, forms) in files {
        for form in &FORMS[..forms] {
            let plain = export(file, form, &[]).to_lowercase();
            let told = secrets.iter().any(|secret| plain.contains(secret));
            assert!(told || form[0] == "svg", "{form:?} tells without --mask");
            let masked = export(file, form, &["--mask"]).to_lowercase();
            for secret in secrets {
                assert!(!masked.contains(secret), "{secret} in {form:?}:\n{masked}");
            }
        }
        for face in [&["--plain", "--calls"][..], &["--json"]] {
            let mut args = vec!["replay", path(file), "--mask"];
            args.extend_from_slice(face);
            let masked = stdout(&sockstep(&args)).to_lowercase();
            assert!(!masked.is_empty());
            for secret in secrets {
                assert!(!masked.contains(secret), "{secret} in {face:?}:\n{masked}");
            }
        }
    }
    let masked = stdout(&sockstep(&["replay", path(&names), "--mask", "--json"]));
    assert!(
        masked.contains("host-1.example") && masked.contains("192.0.2.1:1"),
        "{masked}"
    );
    let again = written(dir.path(), "masked.jsonl", &masked);
    let output = sockstep(&["replay", path(&again), "--plain"]);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{}",
        stderr(&output)
    );
}

#[test]
fn files_are_not_overwritten_and_links_and_devices_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = written(dir.path(), "out.html", "mine");
    let file = golden("unix");
    let run = |more: &[&str]| {
        let mut args = vec!["export", path(&file), "--to", "html", "-o"];
        args.extend_from_slice(more);
        sockstep(&args)
    };
    let output = run(&[path(&out)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(&out).expect("the file"), "mine");
    let link = dir.path().join("link");
    std::os::unix::fs::symlink(&out, &link).expect("a link");
    for (target, words) in [
        (path(&link), "symbolic link"),
        ("/dev/null", "device"),
        ("/", "directory"),
    ] {
        let output = run(&[target, "--force"]);
        assert_eq!(output.status.code(), Some(2), "{target}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    assert_eq!(std::fs::read_to_string(&out).expect("the file"), "mine");
    assert!(run(&[path(&out), "--force"]).status.success());
    assert!(
        std::fs::read_to_string(&out)
            .expect("the file")
            .starts_with("<!DOCTYPE html>")
    );
    let names: Vec<_> = std::fs::read_dir(dir.path())
        .expect("the directory")
        .collect();
    assert_eq!(names.len(), 2, "no temporary file is left");
    assert_eq!(stdout(&run(&["-"])), export(&file, &["html"], &[]));
}

#[test]
fn wrong_use_says_what_to_do() {
    let file = golden("unix");
    let cases: [(&[&str], &str); 7] = [
        (&["--to", "pcapng"], "holds no packets"),
        (&["--to", "svg", "--tick", "99"], "write one from 0 to"),
        (
            &["--to", "html", "--tick", "1"],
            "--tick is for --to svg only",
        ),
        (
            &["--to", "svg", "--blank"],
            "--blank is for --to markdown only",
        ),
        (&["--to", "svg", "--size", "10x10"], "write it as 80x24"),
        (&["--to", "cast", "--cast-version", "1"], "write 2 or 3"),
        (&["--to", "docx"], "possible values"),
    ];
    for (more, words) in cases {
        let mut args = vec!["export", path(&file)];
        args.extend_from_slice(more);
        let output = sockstep(&args);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(
            stderr(&output).contains(words),
            "{more:?}: {}",
            stderr(&output)
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_broken_recording_is_exported_up_to_its_fault_and_says_so() {
    let dir = tempfile::tempdir().expect("a directory");
    let text = golden_text("default-lab");
    let file = written(dir.path(), "cut.jsonl", &text[..text.len() - 30]);
    let output = sockstep(&["export", path(&file), "--to", "html"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("breaks off"),
        "{}",
        stderr(&output)
    );
    let page = stdout(&output);
    assert!(
        page.contains("The recording breaks off: line 15"),
        "the page says it too"
    );
    assert!(page.trim_end().ends_with("</html>"));
}

#[test]
fn a_blank_sheet_is_one_page_with_a_row_a_tick_and_a_box_a_list() {
    let text = export(&golden("default-lab"), &["markdown"], &["--blank"]);
    let (questions, answers) = text.split_once("# Answers\n").expect("a page of answers");
    for word in [
        "ECONNREFUSED",
        "EINPROGRESS",
        "ESTABLISHED",
        "connected",
        "writable, ",
    ] {
        assert!(!questions.contains(word), "{word} is given away");
    }
    assert!(questions.contains("page-break-before: always"));
    assert!(questions.lines().count() < 30, "one page:\n{questions}");
    let rows: Vec<&str> = questions
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("\\_\\_\\_"))
        .collect();
    let ticks: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split(" | ").next())
        .collect();
    // In ticks 1 to 3 no list has changed, and nothing was reported.
    assert_eq!(ticks, ["| 4", "| 5", "| 6", "| 7", "| 8"], "{questions}");
    for row in rows {
        assert_eq!(row.matches(" \\_\\_\\_\\_\\_\\_ |").count(), 6, "{row}");
    }
    let answered = answers.lines().find(|line| line.starts_with("| 5 |"));
    assert_eq!(
        answered,
        Some("| 5 | epoll\\_wait | 2 4 | 1 2 4 | 2 4 | 2 4 | 1 2 4 | 2 4 |")
    );
    assert!(answers.contains("ECONNREFUSED") && answers.contains("ESTABLISHED"));
}

/// The value of a colour in the light theme or the dark one.
fn in_theme(css: &str, value: &str, is_dark: bool) -> String {
    let Some(name) = value
        .strip_prefix("var(")
        .and_then(|rest| rest.strip_suffix(')'))
    else {
        return value.to_owned();
    };
    let both = css
        .split_once(&format!("{name}: light-dark("))
        .and_then(|(_, rest)| rest.split_once(')'))
        .unwrap_or_else(|| panic!("{name} has a value for each theme"))
        .0;
    let (light, dark) = both.split_once(", ").expect("two colours");
    if is_dark { dark } else { light }.to_owned()
}

/// The colour pairs of the page's own style sheet: each rule that sets a colour sets its background too.
fn pairs(css: &str) -> Vec<(String, String, String)> {
    let mut pairs = Vec::new();
    for rule in css.split('}') {
        let Some((selector, body)) = rule.rsplit_once('{') else {
            continue;
        };
        let value = |name: &str| {
            body.split(';')
                .filter_map(|part| part.split_once(':'))
                .find(|(key, _)| key.trim() == name)
                .map(|(_, value)| value.trim().to_owned())
        };
        match (value("color"), value("background")) {
            (Some(front), Some(back)) => pairs.push((selector.trim().to_owned(), front, back)),
            (None, None) => {}
            (front, back) => panic!("{selector} sets only one of {front:?} and {back:?}"),
        }
    }
    pairs
}

fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour as #rrggbb");
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn every_colour_of_the_page_can_be_read() {
    let page = export(&golden("default-lab"), &["html"], &[]);
    let css = page
        .split_once("<style>")
        .and_then(|(_, rest)| rest.split_once("</style>"))
        .expect("a style sheet")
        .0;
    let pairs = pairs(css);
    assert!(pairs.len() >= 7, "{pairs:?}");
    for (selector, front, back) in pairs {
        // The stripes of the cover hide what is before them.
        if selector.contains(".covered") {
            continue;
        }
        for is_dark in [false, true] {
            let [front, back] = [&front, &back].map(|value| in_theme(css, value, is_dark));
            let (a, b) = (luminance(&front), luminance(&back));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= 4.5, "{selector}: {front} on {back} is {ratio:.2}");
        }
    }
}

#[test]
fn the_page_has_landmarks_and_refers_to_nothing_outside() {
    let page = export(&golden("default-lab"), &["html"], &[]);
    for part in [
        "<html lang=\"en\">",
        "<title>",
        "<header>",
        "<nav ",
        "<main>",
        "<h1>",
        "aria-live=\"polite\"",
    ] {
        assert_eq!(page.matches(part).count(), 1, "{part}");
    }
    for outside in [
        "http://", "https://", "src=", "url(", "@import", "fetch(", "XMLHttp",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    let records = golden_text("default-lab").lines().count() - 1;
    assert_eq!(
        page.matches("<section ").count(),
        records,
        "every step is there"
    );
    assert_eq!(page.matches("<h2 ").count(), records);
    // Without script nothing is hidden: each rule that hides needs the class that the script sets.
    for rule in page
        .split('}')
        .filter(|rule| rule.contains("display: none"))
    {
        assert!(rule.contains(".js") || rule.contains(".controls"), "{rule}");
    }
    for (open, close) in [
        ("<section ", "</section>"),
        ("<table", "</table>"),
        ("<ol", "</ol>"),
        ("<details", "</details>"),
        ("<td", "</td>"),
    ] {
        assert_eq!(
            page.matches(open).count(),
            page.matches(close).count(),
            "{open}"
        );
    }
    let items = page.matches("<li>").count() + page.matches("<li ").count();
    assert_eq!(items, page.matches("</li>").count());
}

/// The stages of the first socket on the page after this record: those that are walked, and where it stands.
fn lit(page: &str, record: usize) -> (Vec<String>, String) {
    let section = page
        .split("<section ")
        .find(|section| section.contains(&format!("id=\"step-{record}\"")))
        .expect("its section");
    let path = section
        .split("<ol class=\"path\">")
        .nth(1)
        .and_then(|rest| rest.split("</ol>").next())
        .expect("a path");
    let words = |class: &str| -> Vec<String> {
        path.split("<li class=\"")
            .filter(|item| item.starts_with(class))
            .filter_map(|item| Some(item.split_once('>')?.1.split('<').next()?.to_owned()))
            .collect()
    };
    (words("walked"), words("here").concat())
}

#[test]
fn the_page_lights_the_path_of_each_socket() {
    let page = export(&golden("default-lab"), &["html"], &[]);
    assert_eq!(lit(&page, 0), (vec![], "no socket yet".to_owned()));
    assert_eq!(lit(&page, 1), (vec![], "created *".to_owned()));
    let walked = ["created", "non-blocking", "connect attempted"].map(str::to_owned);
    assert_eq!(lit(&page, 4), (walked.to_vec(), "pending *".to_owned()));
    let walked = [&walked[..], &["pending", "writable"].map(str::to_owned)].concat();
    assert_eq!(lit(&page, 7), (walked, "connected *".to_owned()));
}

#[test]
fn the_labs_own_calls_are_one_line_in_every_form() {
    let line = "the lab makes 16 calls of its own: socket 5, bind 4, ioctl 3, listen 3, connect 1";
    let file = golden("default-lab");
    let page = export(&file, &["html"], &[]);
    assert!(page.contains(&format!("<summary>{line}</summary>")));
    assert!(page.contains("bind("), "behind the line each can be read");
    let handout = export(&file, &["markdown"], &[]);
    assert!(handout.contains(line), "{handout}");
    let (start, _) = handout.split_once("## Tick 1").expect("a tick");
    assert!(!start.contains("bind("), "{start}");
    let diagram = export(&file, &["mermaid"], &[]);
    let (start, _) = diagram.split_once("Tick 1").expect("a tick");
    assert!(start.lines().count() <= 8, "{start}");
    assert!(start.contains("the lab makes 16 calls"), "{start}");
}

/// Drives the page before the browser prints it: what each key and button shows is written into the page.
const DRIVER: &str = r"
<script>
var seen = [], faults = [];
window.addEventListener('error', function (e) { faults.push(String(e.message)); });
document.addEventListener('securitypolicyviolation', function (e) { faults.push('blocked ' + e.blockedURI); });
console.error = function (text) { faults.push('console: ' + text); };
window.addEventListener('load', function () {
  function now() {
    var shown = Array.prototype.filter.call(document.querySelectorAll('.step'), function (s) { return getComputedStyle(s).display !== 'none'; });
    seen.push(shown.map(function (s) { return s.id; }).join('+') + '/' + document.getElementById('status').textContent);
  }
  function key(name) { document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })); now(); }
  function click(id) { document.getElementById(id).click(); now(); }
  now(); key('ArrowRight'); key(' '); key('ArrowLeft'); key('End'); key('ArrowRight'); key('Home'); key('ArrowLeft');
  click('forward'); click('last'); click('back'); click('first');
  document.querySelectorAll('.timeline a')[3].click(); now();
  function is_seen(part) { return getComputedStyle(document.querySelector('#step-3 ' + part)).visibility; }
  function cover(what) { seen.push(what + ': ' + ['.story p', 'td.answer span', '.list.answer tbody', '.calls li'].map(is_seen).join(' ')); }
  cover('open'); document.getElementById('cover').click(); cover('covered');
  document.querySelector('#step-3 .story').click(); cover('asked');
  key('ArrowRight'); key('ArrowLeft'); cover('again');
  key('.'); cover('open');
  var out = document.createElement('pre');
  out.id = 'driven';
  out.textContent = seen.join('\n') + '\nfaults: ' + faults.join(', ') + '\nend';
  document.body.appendChild(out);
});
</script>
";

/// What the driver wrote into the page, and what the browser said.
fn driven(dir: &Path, page: &str, driver: &str) -> (String, String) {
    let page = page.replacen("<head>", &format!("<head>{driver}"), 1);
    let file = written(dir, "page.html", &page);
    let profile = format!("--user-data-dir={}", path(&dir.join("profile")));
    let output = Command::new("timeout")
        .args([
            "60",
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
        ])
        .args([&profile, "--dump-dom", &format!("file://{}", path(&file))])
        .stdin(Stdio::null())
        .output()
        .expect("chromium runs");
    let dom = stdout(&output);
    let Some((_, driven)) = dom.split_once("<pre id=\"driven\">") else {
        panic!("the page was not driven: {dom}\n{}", stderr(&output));
    };
    let driven = driven.split("</pre>").next().unwrap_or_default();
    (driven.to_owned(), stderr(&output))
}

#[test]
fn the_page_is_stepped_in_a_browser() {
    if !need("chromium") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let page = export(&golden("default-lab"), &["html"], &[]);
    let (driven, log) = driven(dir.path(), &page, DRIVER);
    let seen: Vec<&str> = driven
        .lines()
        .map(|line| line.split('/').next().unwrap_or_default())
        .collect();
    let last = golden_text("default-lab").lines().count() - 2;
    let last = format!("step-{last}");
    let before = format!("step-{}", golden_text("default-lab").lines().count() - 3);
    let wanted = [
        "step-1",
        "step-2",
        "step-3",
        "step-2",
        &last,
        &last,
        "step-0",
        "step-0", // keys
        "step-1",
        &last,
        &before,
        "step-0",
        "step-3", // buttons and timeline
        "open: visible visible visible visible",
        "covered: hidden hidden hidden visible",
        "asked: visible hidden hidden visible",
        "step-4",
        "step-3",
        "again: hidden hidden hidden visible",
        "step-3",
        "open: visible visible visible visible",
        "faults: ",
        "end",
    ];
    assert_eq!(seen, wanted, "{driven}");
    assert!(driven.contains("Step 2 of 14: Tick 1"), "{driven}");
    assert!(!log.contains("CONSOLE"), "{log}");
}

/// Goes through the two questions of lesson 01: one is passed without an answer, the other is answered.
const LEARNER: &str = r"
<script>
var seen = [], faults = [];
window.addEventListener('error', function (e) { faults.push(String(e.message)); });
window.addEventListener('load', function () {
  function now(name) {
    var step = document.querySelector('.step.now'), root = document.documentElement;
    var cell = step.querySelector('td.answer span');
    var hidden = cell ? getComputedStyle(cell).visibility : 'empty';
    seen.push(name + ': ' + step.querySelector('h2').textContent.split(':')[0] + ' ' + (root.classList.contains('asking') ? 'asking ' : '') + hidden);
  }
  function key(name) { document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })); now(name); }
  key('Home'); key('End'); key('ArrowRight'); key('ArrowRight'); key('End'); key('c'); key(' ');
  document.querySelectorAll('.kernel').forEach(function (answer) { seen.push(answer.open + ' ' + answer.querySelector('.yours').textContent); });
  key('End');
  var out = document.createElement('pre');
  out.id = 'driven';
  out.textContent = seen.join('\n') + '\nfaults: ' + faults.join(', ') + '\nend';
  document.body.appendChild(out);
});
</script>
";

#[test]
fn the_page_of_a_lesson_asks_its_questions() {
    let output = sockstep(&["export", "01", "--to", "html"]);
    let page = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    let (before, after) = page
        .split_once("<legend>Question 1. Your program")
        .expect("a question");
    assert!(
        !before.contains("class=\"kernel\"") && !before.contains("What many"),
        "{before}"
    );
    for part in [
        "value=\"c\"> c) nobody: -1 ENOTCONN</label>",
        "data-right=\"c\"",
        "<p class=\"seen\">Seen: getpeername() of 2 = -1 ENOTCONN.</p>",
        "If you said a: You called that address.",
        "What the kernel answered to question 2",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let answer = after.find("class=\"kernel\"").expect("an answer");
    let call = after
        .find("= -1 ENOTCONN")
        .expect("the call that brings it");
    assert!(
        answer < call,
        "the answer stands above the calls of its step"
    );
    assert!(!page.contains("src="), "it refers to nothing outside");
    if !need("chromium") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let (driven, _) = driven(dir.path(), &page, LEARNER);
    let wanted = "Home: Start asking empty\nEnd: Question 1 asking hidden\nArrowRight: Question 1 asking hidden\n\
         ArrowRight: getpeername 2 visible\nEnd: Question 2 asking hidden\nc: Question 2 asking hidden\n : so_error 2 visible\n\
         true You gave no answer, the kernel says c.\ntrue You said c, the kernel says c.\n";
    assert!(driven.starts_with(wanted), "{driven}");
    assert!(driven.contains("faults: \nend"), "{driven}");
}

#[test]
fn the_python_script_runs_and_sees_the_same_verdicts() {
    if !need("python3") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    for name in GOLDEN {
        let script = written(
            dir.path(),
            "again.py",
            &export(&golden(name), &["python"], &[]),
        );
        let output = Command::new("timeout")
            .args(["60", "python3", path(&script), "--go"])
            .stdin(Stdio::null())
            .output()
            .expect("python3 runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{name}: {printed}\n{}",
            stderr(&output)
        );
        assert!(printed.trim_end().ends_with("Done."), "{name}: {printed}");
        // Its addresses are those of a namespace that is gone.
        assert!(!printed.contains("10.77."), "{name}: {printed}");
        if name == "default-lab" {
            for seen in [
                "= [ECONNREFUSED] ",
                "= [ECONNRESET] ",
                "getpeername() = ('127.0.0.1'",
                "= b'hello from @open\\n'",
            ] {
                assert!(printed.contains(seen), "{seen}: {printed}");
            }
        }
    }
}

#[test]
fn the_python_script_makes_every_call_of_these_scripts() {
    if !need("python3") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    for (name, seen) in [
        ("one-descriptor-too-many", "= -1 EMFILE "),
        ("two-names-one-socket", "dup() = "),
        (
            "disconnected-and-connected-again",
            "connect(AF_UNSPEC) = 0 ",
        ),
    ] {
        let lines = format!("tests/scripts/{name}.script");
        let lines = Path::new(env!("CARGO_MANIFEST_DIR")).join(lines);
        let file = dir.path().join(format!("{name}.jsonl"));
        let output = sockstep(&["run", "--script", path(&lines), "--record", path(&file)]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        let script = written(dir.path(), "again.py", &export(&file, &["python"], &[]));
        let output = Command::new("timeout")
            .args(["60", "python3", path(&script)])
            .stdin(Stdio::null())
            .output()
            .expect("python3 runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{printed}\n{}", stderr(&output));
        let line = printed.lines().find(|line| line.contains(seen));
        assert!(line.is_some(), "{name}: {seen} in\n{printed}");
        assert!(!printed.contains("not made by this script"), "{printed}");
    }
}

#[test]
fn the_python_script_names_whom_it_would_connect_to_and_does_nothing_before_it_may() {
    if !need("python3") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    // Names that no machine has, and that would be something else in a script.
    let hostile = [
        "localhost",
        "a\\u0000b",
        "..",
        "\\\"+exit(7)+\\\"",
        "{exit(7)}%s%n",
        "\\ud83d\\ude00.\\u00e9",
    ];
    for name in hostile {
        let text = golden_text("name-and-closed-port").replace("localhost", name);
        let file = written(dir.path(), "names.jsonl", &text);
        let output = sockstep(&["export", path(&file), "--to", "python"]);
        let script = written(dir.path(), "again.py", &stdout(&output));
        let run = |more: &[&str]| {
            Command::new("timeout")
                .args(["60", "python3", path(&script)])
                .args(more)
                .stdin(Stdio::null())
                .output()
                .expect("python3 runs")
        };
        let refused = run(&[]);
        let printed = stdout(&refused);
        assert_eq!(
            refused.status.code(),
            Some(1),
            "{name}: {}",
            stderr(&refused)
        );
        assert!(
            printed.contains("This script leaves the lab."),
            "{name}: {printed}"
        );
        assert!(
            !printed.contains(" = "),
            "{name}: no call was made: {printed}"
        );
        assert!(stderr(&refused).contains("--go"), "{name}");
        let done = run(&["--go"]);
        assert!(done.status.success(), "{name}: {}", stderr(&done));
        assert!(stdout(&done).trim_end().ends_with("Done."), "{name}");
    }
    let lab = export(&golden("default-lab"), &["python"], &[]);
    let script = written(dir.path(), "lab.py", &lab);
    let output = Command::new("timeout")
        .args(["60", "python3", path(&script)])
        .stdin(Stdio::null())
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "the lab alone needs no word");
}

#[test]
fn asciinema_plays_the_cast() {
    if !need("asciinema") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let cast = export(&golden("default-lab"), &["cast"], &[]);
    let ticks = golden_text("default-lab").lines().count() - 1;
    let markers = cast
        .lines()
        .filter(|line| line.contains(", \"m\", "))
        .count();
    assert_eq!(markers, ticks, "a marker for each step");
    let file = written(dir.path(), "session.cast", &cast);
    // It wants to have a home.
    let home = [("HOME", path(dir.path()))];
    let mut pty = Pty::start_with(80, 24, "asciinema", &["cat", path(&file)], &home);
    assert_eq!(pty.end().exit_code(), 0, "{}", pty.screen());
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    assert!(raw.contains("RECORDING"), "{raw}");
}

#[test]
fn both_versions_of_the_cast_have_the_same_screens_and_times() {
    let v2 = support::json_lines(&export(&golden("default-lab"), &["cast"], &[]));
    let v3 = support::json_lines(&export(
        &golden("default-lab"),
        &["cast"],
        &["--cast-version", "3"],
    ));
    assert_eq!(
        (&v2[0]["version"], &v3[0]["version"]),
        (&2.into(), &3.into())
    );
    assert_eq!(v2.len(), v3.len());
    let micro = |value: &serde_json::Value| (value.as_f64().expect("a time") * 1e6).round() as i64;
    let mut clock = 0;
    let mut before = 0;
    for (old, new) in v2[1..].iter().zip(&v3[1..]) {
        assert_eq!((&old[1], &old[2]), (&new[1], &new[2]));
        clock += micro(&new[0]);
        assert_eq!(micro(&old[0]), clock);
        assert!(
            (0..=2_000_000).contains(&(clock - before)),
            "long pauses are shortened"
        );
        before = clock;
    }
}

/// A folder with the npm package mermaid; fetched only where no test may be skipped.
fn mermaid_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_TARGET_TMPDIR"), "/mermaid"));
    if folder.join("node_modules/mermaid/package.json").exists() {
        return Some(folder);
    }
    if std::env::var("SOCKSTEP_REQUIRE_ALL").as_deref() != Ok("1") {
        skip("the npm package mermaid is not here; with SOCKSTEP_REQUIRE_ALL=1 it is fetched");
        return None;
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("package.json"), "{\"private\":true}").expect("written");
    let output = Command::new("npm")
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "mermaid@11",
        ])
        .current_dir(&folder)
        .output()
        .expect("npm runs");
    if !output.status.success() {
        skip(&format!("npm cannot fetch mermaid: {}", stderr(&output)));
        return None;
    }
    Some(folder)
}

#[test]
fn the_mermaid_parser_takes_the_diagrams() {
    if !need("node") || !need("npm") {
        return;
    }
    let Some(folder) = mermaid_folder() else {
        return;
    };
    let program = "import { readFileSync } from 'node:fs';\n\
        const { default: mermaid } = await import('mermaid');\n\
        for (const file of process.argv.slice(2)) {\n\
          const found = await mermaid.parse(readFileSync(file, 'utf8'));\n\
          console.log(found.diagramType);\n\
        }\n";
    std::fs::write(folder.join("parse.mjs"), program).expect("written");
    let dir = tempfile::tempdir().expect("a directory");
    let files =
        GOLDEN.map(|name| written(dir.path(), name, &export(&golden(name), &["mermaid"], &[])));
    let output = Command::new("node")
        .arg("parse.mjs")
        .args(&files)
        .current_dir(&folder)
        .output()
        .expect("node runs");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "sequence\n".repeat(GOLDEN.len()));
}

#[test]
fn the_picture_is_well_formed_and_has_every_line_of_the_screen() {
    if !need("python3") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    for (name, size) in [
        ("default-lab", "80x24"),
        ("hostile-peer", "160x50"),
        ("unix", "60x18"),
    ] {
        for tick in ["0", "4"] {
            let svg = export(&golden(name), &["svg"], &["--tick", tick, "--size", size]);
            assert!(
                svg.contains(&format!("TICK {tick} of")),
                "{name} {size}: {svg}"
            );
            let file = written(dir.path(), "picture.svg", &svg);
            let check = "import sys, xml.etree.ElementTree as t; r = t.parse(sys.argv[1]).getroot(); \
                         n = '{http://www.w3.org/2000/svg}text'; \
                         assert all(e.get('textLength') for e in r.iter(n)); print(len(list(r.iter(n))))";
            let output = Command::new("python3")
                .args(["-c", check, path(&file)])
                .output()
                .expect("python3 runs");
            assert!(output.status.success(), "{}", stderr(&output));
        }
    }
}

#[test]
fn the_board_alone_is_a_picture_with_the_numbers_at_their_stages() {
    let board = |tick: &str| {
        export(
            &golden("seven-ticks"),
            &["svg"],
            &["--board", "--tick", tick],
        )
    };
    let fifth = board("5");
    assert!(
        fifth.contains("Stages: pending 3; writable 1* 2* 4*."),
        "{fifth}"
    );
    let last = board("7");
    assert!(
        last.contains("Stages: pending 3; connected 1*; error 2 4."),
        "{last}"
    );
    for row in ["1*<", "2<", "3<", "4<"] {
        assert!(last.contains(row), "{row}: {last}");
    }
    let page = export(&golden("seven-ticks"), &["html"], &[]);
    assert!(page.contains("data-board=\"1:5* 2:5* 3:4 4:5*\""));
    assert!(page.contains("prefers-reduced-motion"));
    if need("python3") {
        let dir = tempfile::tempdir().expect("a directory");
        let file = written(dir.path(), "board.svg", &fifth);
        let check = "import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])";
        let output = Command::new("python3")
            .args(["-c", check, path(&file)])
            .output();
        let output = output.expect("python3 runs");
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn a_lesson_is_a_sheet_of_questions_with_the_kernels_answers_on_a_page_of_their_own() {
    let sheet = |args: &[&str]| {
        let output = sockstep(&[&["export"], args, &["--to", "markdown"]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let whole = sheet(&["01"]);
    let (questions, answers) = whole
        .split_once("# What the kernel answered")
        .expect("two parts");
    for part in [
        "**Question 1.** Your program",
        "☐ c) nobody: -1 ENOTCONN",
        "connect(",
        "Goal: Show",
    ] {
        assert!(questions.contains(part), "{part}: {questions}");
    }
    for answer in ["= -1 ENOTCONN", "There is no peer", "Seen: "] {
        assert!(!questions.contains(answer), "{answer}: {questions}");
    }
    assert!(
        answers.contains("**Question 1.** c) nobody: -1 ENOTCONN"),
        "{answers}"
    );
    assert!(
        answers.contains("Seen: getpeername() of 2 = -1 ENOTCONN."),
        "{answers}"
    );
    assert!(
        answers.contains("If you said a: You called that address"),
        "{answers}"
    );
    let root = env!("CARGO_MANIFEST_DIR");
    let file = format!("{root}/assets/lessons/07-connect-to-this-machine.lesson");
    assert!(sheet(&[&file]).contains("**Question 1.**"));
    let output = sockstep(&["export", "99", "--to", "markdown"]);
    assert_eq!(output.status.code(), Some(2));
    let dir = tempfile::tempdir().expect("a directory");
    let foreign = written(dir.path(), "x.lesson", "lesson L\nadd 192.0.2.1:80\n");
    let output = sockstep(&["export", path(&foreign), "--to", "markdown"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("--allow-targets"),
        "{}",
        stderr(&output)
    );
    let wrong = written(
        dir.path(),
        "y.lesson",
        "lesson L\nadd @open\nexpect 1 stage connected\n",
    );
    let output = sockstep(&["export", path(&wrong), "--to", "markdown"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("line 3: expect 1 stage connected"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn on_paper_nothing_that_follows_a_question_stands_on_its_page_and_letters_are_explained() {
    let legend = "{2 RWE} says what was reported of socket 2";
    for (lesson, asked) in [("01", 2), ("08", 3), ("50", 2), ("58", 2)] {
        for more in [&["--blank"][..], &[]] {
            let output = sockstep(&[&["export", lesson, "--to", "markdown"], more].concat());
            let text = stdout(&output);
            let sheet = text
                .split("# What the kernel answered")
                .next()
                .unwrap_or_default();
            let pages: Vec<&str> = sheet.split("page-break-before").collect();
            let with = pages.iter().filter(|page| page.contains("**Question"));
            assert_eq!(with.count(), asked, "{lesson}: {sheet}");
            for page in &pages {
                let (_, behind) = page.split_once("**Question").unwrap_or_default();
                for later in ["**Question", "Goal:", "= -1", "Sockets:"] {
                    assert!(!behind.contains(later), "{lesson}: {behind}");
                }
            }
            let uses_letters = sheet.contains(", [{");
            assert_eq!(
                sheet.matches(legend).count(),
                usize::from(uses_letters),
                "{sheet}"
            );
        }
    }
}

#[test]
fn a_parsons_sheet_has_the_calls_of_one_socket_shuffled_by_the_seed_that_it_names() {
    let sheet = |more: &[&str]| export(&golden("default-lab"), &["parsons"], more);
    let third = sheet(&["--seed", "3"]);
    assert_eq!(third, sheet(&["--seed", "3"]));
    let named = sheet(&[]);
    let seed = named
        .split("--seed ")
        .nth(1)
        .and_then(|rest| rest.split('.').next());
    let seed = seed.expect("the seed is named");
    assert_eq!(
        named,
        sheet(&["--seed", seed]),
        "the seed makes the same sheet"
    );
    let (puzzle, solution) = third.split_once("page-break-before").expect("two pages");
    let calls = |text: &str, mark: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| line.contains(mark) && line.contains('`'));
        lines
            .filter_map(|line| Some(line.split_once('`')?.1.to_owned()))
            .collect()
    };
    let (mut shuffled, solved) = (calls(puzzle, "\\_ "), calls(solution, ". "));
    assert!(
        solved[0].starts_with("socket(") && solved.len() >= 7,
        "{third}"
    );
    assert_ne!(shuffled, solved);
    shuffled.sort();
    let mut sorted = solved;
    sorted.sort();
    assert_eq!(shuffled, sorted);
    assert!(sheet(&["--row", "3"]).contains("socket 3 @pending"));
    let output = sockstep(&[
        "export",
        path(&golden("default-lab")),
        "--to",
        "parsons",
        "--row",
        "99",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let output = sockstep(&[
        "export",
        path(&golden("default-lab")),
        "--to",
        "html",
        "--seed",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(2));
}
