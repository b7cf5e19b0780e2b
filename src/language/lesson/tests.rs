use super::*;
use crate::language::rules::WatchRule;

const GOOD: &str = "# a comment\nlesson Two kinds of answer\nname The name\nbelief A belief.\nneeds linux\n\
    seen some stage connected and other stage error\nsee connect(2)\nsay Two sockets.\nadd @open @refused\ntick 6\n\
    ask What now?\na) this\n= 1 stage connected\nb) that\n= 1 stage error\nc) neither\ntick\nreveal It is so.\nif b No.\n\
    goal Do it again.\n= some stage connected\n= some call send ok\ntip s sends.\nsend 1 x\n";

#[test]
fn a_lesson_is_read_with_all_its_parts() {
    let lesson = Lesson::parse(GOOD).expect("a lesson");
    assert_eq!(lesson.topic, "Two kinds of answer");
    assert_eq!(lesson.belief.as_deref(), Some("A belief."));
    assert_eq!(lesson.needs, [LessonNeed::Linux]);
    assert_eq!(lesson.seen.len(), 1);
    assert_eq!(lesson.parts.len(), 5);
    let question = lesson.questions().next().expect("a question");
    assert_eq!((question.line, question.choices.len()), (11, 3));
    assert_eq!(question.lines.len(), 1);
    assert_eq!(
        question.choice('b').and_then(|b| b.answer.as_deref()),
        Some("No.")
    );
    assert_eq!(question.rows(), [Row(1)]);
    let goal = lesson.goals().next().expect("a goal");
    assert_eq!((goal.steps.len(), &*goal.step_lines), (2, &[21, 22][..]));
    assert_eq!(goal.solution.len(), 1);
    let script: Vec<usize> = lesson.script().iter().map(|line| line.number).collect();
    assert_eq!(script, [8, 9, 10, 17, 24]);
    assert!(is_lesson(GOOD) && !is_lesson("add @open\nlesson x"));
}

#[test]
fn a_lesson_may_only_say_what_a_program_must_do() {
    let text = "lesson L\npeer @open: exit 0; says /connected/\npeer @refused: not says /connected/; exit not 0\n\
        peer @pending: not stuck\nrules all; -not-asked-writable\n";
    let lesson = Lesson::parse(text).expect("a lesson");
    let peers: Vec<(usize, &str)> = lesson
        .peers
        .iter()
        .map(|peer| (peer.line, peer.peer.as_str()))
        .collect();
    assert_eq!(peers, [(2, "open"), (3, "refused"), (4, "pending")]);
    let rules = lesson.rules.expect("rules");
    assert!(rules.has(WatchRule::Stuck) && !rules.has(WatchRule::NotAskedWritable));
}

#[test]
fn what_editors_leave_in_a_file_is_no_part_of_a_lesson() {
    let other = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(Lesson::parse(&other), Lesson::parse(GOOD));
}

/// Files that are wrong, the line in which, and a part of what is said.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn malformed() -> Vec<(String, usize, &'static str)> {
    let ask = "lesson L\nadd @open\nask Q?\na) x\n= 1 stage connected\nb) y\n= 1 stage error\n";
    let goal = "lesson L\nadd @open\ngoal Do.\n";
    let of = |head: &str, rest: &str| format!("{head}{rest}");
    let mut all = vec![
        (String::new(), 1, "lesson TOPIC"),
        ("# only a comment\n".into(), 1, "lesson TOPIC"),
        (
            format!("lesson L\n#{}\n", "x".repeat(MAX_LESSON_BYTES)),
            1,
            "bytes",
        ),
        (
            format!("lesson L\n{}", "\n".repeat(2100)),
            2001,
            "two lessons",
        ),
        ("add @open\nlesson L\n".into(), 1, "lesson TOPIC"),
        (
            "lesson L\nadd @open\nlesson M\n".into(),
            3,
            "second 'lesson'",
        ),
        ("lesson\n".into(), 1, "lesson TOPIC"),
        (format!("lesson {}\n", "x".repeat(45)), 1, "shorter"),
        ("lesson L\nadd @open\nbelief B.\n".into(), 3, "too late"),
        (
            "lesson L\nadd @open\nseen some stage connected\n".into(),
            3,
            "too late",
        ),
        (
            "lesson L\nbelief B.\nbelief C.\n".into(),
            3,
            "second 'belief'",
        ),
        ("lesson L\nname\nadd @open\n".into(), 2, "name TITLE"),
        ("lesson L\nneeds money\nadd @open\n".into(), 2, "needs wire"),
        (
            "lesson L\nneeds wire\nneeds wire\nadd @open\n".into(),
            3,
            "second",
        ),
        (
            "lesson L\nseen\nadd @open\n".into(),
            2,
            "= 1 stage connected",
        ),
        (
            "lesson L\nseen some stage conected\nadd @open\n".into(),
            2,
            "'conected'",
        ),
        (
            "lesson L\nseen other stage connected\nadd @open\n".into(),
            3,
            "'some'",
        ),
        (
            "lesson L\nseen some stage connected and\nadd @open\n".into(),
            2,
            "Write it so",
        ),
        ("lesson L\na) x\n".into(), 2, "ask TEXT"),
        ("lesson L\nask\n".into(), 2, "ask TEXT"),
        ("lesson L\nask Q?\nb) x\n".into(), 3, "a) is due"),
        ("lesson L\nask Q?\na) x\nc) y\n".into(), 4, "b) is due"),
        ("lesson L\nask Q?\na) x\na) y\n".into(), 4, "b) is due"),
        ("lesson L\nask Q?\na) x\nb) x\n".into(), 4, "say the same"),
        ("lesson L\nask Q?\na)\n".into(), 3, "a) TEXT"),
        (of(ask, "c) z\nd) zz\ne) w\n"), 10, "fifth choice"),
        (of(ask, "c) z\n= 1 stage error\n"), 9, "claim the same"),
        (of(ask, "= 1 stage pending\n"), 8, "Join both"),
        (of(ask, "tick\nc) z\n"), 9, "directly below"),
        (of(ask, "tick\n= 1 stage pending\n"), 9, "no claim is due"),
        (of(ask, "c) z\n= some stage pending\n"), 9, "a number"),
        (of(ask, "c) z\n=\n"), 9, "= 1 stage connected"),
        (of(ask, "c) z\n= 1 colour red\n"), 9, "'colour'"),
        (of(ask, "tick\n"), 8, "reveal TEXT"),
        (of(ask, "tick\nask R?\n"), 9, "reveal TEXT"),
        (of(ask, "tick\nsay So.\n"), 9, "Close the question"),
        (of(ask, "tick\ngoal Do.\n"), 9, "reveal TEXT"),
        (of(ask, "tick\nreveal\n"), 9, "reveal TEXT"),
        (of(ask, &"tick\n".repeat(9)), 16, "at most 8 lines"),
        (of(ask, "reveal So.\nif e No.\n"), 9, "speaks of no choice"),
        (
            of(ask, "reveal So.\nif a No.\nif a Never.\n"),
            10,
            "second 'if a'",
        ),
        (of(ask, "reveal So.\nif a\n"), 9, "if a TEXT"),
        (
            format!("lesson L\nask {}?\n", "word ".repeat(40)),
            2,
            "shorter",
        ),
        (
            "lesson L\nask Q?\na) x\nreveal So.\n".into(),
            4,
            "one choice",
        ),
        ("lesson L\nask Q?\nreveal So.\n".into(), 3, "no choice"),
        (
            "lesson L\nask Q?\na) x\nb) y\nreveal So.\n".into(),
            5,
            "none could be right",
        ),
        ("lesson L\nreveal So.\n".into(), 2, "ask TEXT"),
        ("lesson L\nif a So.\n".into(), 2, "belongs below it"),
        (
            "lesson L\n= 1 stage connected\n".into(),
            2,
            "no claim is due",
        ),
        ("lesson L\ntip So.\n".into(), 2, "outside a goal"),
        ("lesson L\nhint So.\n".into(), 2, "tip TEXT"),
        (of(goal, "tick\n"), 4, "no claim"),
        (of(goal, "tip T.\n"), 4, "no claim"),
        (
            of(goal, "= some stage connected\n"),
            4,
            "no lines that reach it",
        ),
        (
            of(goal, "= some stage connected\ntip T.\ntip U.\n"),
            6,
            "second 'tip'",
        ),
        (of(goal, "= other stage connected\ntick\n"), 5, "'some'"),
        (of(goal, ""), 3, "no claim"),
        ("lesson L\npeer @open\n".into(), 2, "peer @refused:"),
        (
            "lesson L\npeer @open: exit 0; exit soon\n".into(),
            2,
            "exit CODE",
        ),
        (
            "lesson L\npeer @open: says /a/\nrules al\n".into(),
            3,
            "no-verdict",
        ),
        (
            "lesson L\npeer @open: exit 0\npeer @open: exit 1\n".into(),
            3,
            "second 'peer @open'",
        ),
        ("lesson L\nrules\n".into(), 2, "rules all"),
        (of(ask, "peer @open: exit 0\n"), 8, "reveal TEXT"),
        ("lesson L\n".into(), 1, "add @open"),
        ("lesson L\njump\n".into(), 2, "'jump' is not a command"),
        ("lesson L\ntick 0\n".into(), 2, "'0' cannot stand there"),
        ("lesson L\nadd localhost\n".into(), 2, "no port"),
        ("lesson L\nquit\n".into(), 2, "ends with its file"),
        ("lesson L\nback\n".into(), 2, "only goes forward"),
    ];
    all.push((
        format!("lesson L\n{}", "say x\n".repeat(201)),
        202,
        "two lessons",
    ));
    all.push((
        format!("lesson L\n{}", "seen some port\n".repeat(9)),
        10,
        "at most 8",
    ));
    all
}

#[test]
fn every_kind_of_malformed_lesson_is_named_with_its_line_and_a_remedy() {
    let all = malformed();
    assert!(all.len() >= 30, "{}", all.len());
    for (file, line, part) in all {
        let error = Lesson::parse(&file).map(|_| ()).expect_err(&file);
        let shown: String = file.chars().take(200).collect();
        assert_eq!(error.line, line, "{shown}: {error}");
        assert!(error.to_string().contains(part), "{shown}: {error}");
    }
}

#[test]
fn hostile_text_in_a_lesson_is_made_visible() {
    let lesson =
        Lesson::parse("lesson a\u{1b}[2Jb\nsay \u{202e}evil\nadd @open\n").expect("a lesson");
    assert_eq!(lesson.topic, "a\\x1b[2Jb");
    assert!(matches!(&lesson.parts[0], LessonPart::Say { text, .. } if text == "\\u{202e}evil"));
}

#[test]
fn a_target_outside_this_machine_is_found_with_its_line() {
    for (target, foreign) in [
        ("127.0.0.1:80", false),
        ("@open", false),
        ("unix:/tmp/x", false),
        ("[::1]:80", false),
        ("no-such-name.example:80", false),
        ("192.0.2.1:80", true),
        ("example.com:80", true),
    ] {
        let lesson = Lesson::parse(&format!("lesson L\nadd {target}\n")).expect(target);
        assert_eq!(
            lesson.foreign_target().map(|(line, _)| line),
            foreign.then_some(2),
            "{target}"
        );
    }
}

#[test]
fn no_mutation_of_a_lesson_panics() {
    let mut seed = 1_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    for _ in 0..3000 {
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..=next() % 6 {
            let at = next() % bytes.len();
            match next() % 4 {
                0 => bytes[at] = next() as u8,
                1 if bytes.len() > 1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b'\n'),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = Lesson::parse(&text) {
            assert!(error.line >= 1 && !error.to_string().is_empty());
        }
    }
}
