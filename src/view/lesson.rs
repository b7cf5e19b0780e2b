//! A lesson beside the panes: prose, the open question, what the kernel answered, a goal.

use super::frame::Frame;
use super::layout::{LayoutKind, PaneLayout};
use super::paint::{cells, cut, heading, put, wrap};
use super::{story, theme};
use crate::app::lesson::{KernelAnswer, LessonRun, LessonStep};
use crate::app::model::{Model, Pane};
use crate::app::overlay::Overlay;
use crate::language::keys;
use crate::language::lesson::Question;
use crate::words::join::plural;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// A line of the pane, and whether it stands out.
type LessonLine = (String, bool);

/// What the pane shows: its heading and its lines.
struct LessonText {
    heading: String,
    lines: Vec<LessonLine>,
}

impl LessonText {
    fn new(heading: String) -> LessonText {
        LessonText {
            heading,
            lines: Vec::new(),
        }
    }

    fn say(&mut self, text: &str, width: usize) {
        let lines = wrap(&keys::in_prose(text), width).into_iter();
        self.lines.extend(lines.map(|line| (line, false)));
    }

    fn line(&mut self, text: &str, width: usize, bold: bool) {
        self.lines.push((cut(&keys::in_prose(text), width), bold));
    }
}

/// Makes room for the pane: at the bottom, from the calls and the words, then from the lists, then from the sockets.
pub(super) fn make_room(plan: &mut PaneLayout, model: &Model) {
    let Some(run) = &model.lesson else {
        return;
    };
    if plan.shape == LayoutKind::Rich {
        return;
    }
    let width = usize::from(plan.footer.width).saturating_sub(2);
    let wanted = text(model, run, width).lines.len() as u16 + 1;
    let bottom = plan.footer.y;
    let highest = plan.sockets.y + 2;
    let top = bottom.saturating_sub(wanted).max(highest).min(plan.story.y);
    plan.story = Rect {
        y: top,
        height: bottom - top,
        ..plan.story
    };
    if plan.calls.bottom() > top {
        plan.calls.height = top.saturating_sub(plan.calls.y);
    }
    if plan.calls.height < 2 {
        plan.calls.height = 0;
    }
    if plan.lists.bottom() > top {
        plan.lists.height = 0;
    }
    if plan.states.is_some_and(|states| states.bottom() > top) {
        plan.states = None;
    }
    if plan.sockets.bottom() > top {
        plan.sockets.height = top - plan.sockets.y;
    }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, run: &LessonRun) {
    let width = usize::from(area.width).saturating_sub(2);
    let text = text(model, run, width);
    heading(frame, area, model, Some(Pane::Story), &[(3, &text.heading)]);
    let plain = theme::text(model);
    let room = usize::from(area.height.saturating_sub(1));
    let skip = text.lines.len().saturating_sub(room);
    for (y, (line, bold)) in (1..).zip(text.lines.iter().skip(skip)) {
        let style = if *bold {
            plain.add_modifier(Modifier::BOLD)
        } else {
            plain
        };
        put(frame, area, 1, y, line, style);
    }
}

fn text(model: &Model, run: &LessonRun, width: usize) -> LessonText {
    let mut text = match &run.step {
        LessonStep::Walking | LessonStep::NotYet => walking(run, width),
        LessonStep::Asked {
            question, letter, ..
        } => asked(run, *question, *letter, false, width),
        LessonStep::Answering {
            question, letter, ..
        } => asked(run, *question, *letter, true, width),
        LessonStep::Revealed {
            question,
            letter,
            kernel,
        } => revealed(run, *question, *letter, kernel, width),
        LessonStep::Working { goal, matcher } => {
            working(run, *goal, matcher.found().is_some(), width)
        }
        LessonStep::Over => over(run, width),
    };
    let asks = matches!(model.overlay, Overlay::Confirm { .. });
    let is_past = !model.history.is_live() && model.recorded.is_none();
    if asks || model.notice.is_some() || is_past {
        text.lines.pop();
        let said = model.notice.as_ref().filter(|_| !asks);
        let lines = wrap(&said.cloned().unwrap_or_else(|| story::next(model)), width);
        text.lines
            .extend(lines.into_iter().map(|line| (line, true)));
    }
    text
}

fn head(run: &LessonRun) -> String {
    format!("LESSON {} {}", cut(&run.name, 20), run.lesson.topic)
}

fn walking(run: &LessonRun, width: usize) -> LessonText {
    let mut text = LessonText::new(head(run));
    if let Some(said) = run.said.as_ref().or(run.said_before.as_ref()) {
        text.say(said, width);
    }
    if let Some(only) = run.only.as_ref().and_then(|only| only.first()) {
        text.line(&format!("Once more: question {}.", only + 1), width, false);
    }
    let next = match run.next_line() {
        Some(_) if run.is_busy() => "The lesson goes on ...".to_owned(),
        Some(line) => format!("NEXT  {{key tick}}: {}", in_words(line)),
        None => "NEXT  {key tick} goes on.".to_owned(),
    };
    text.line(&next, width, false);
    text
}

/// A line of the script for who reads it: ticks as they are counted, all else as it could be typed.
fn in_words(line: &str) -> String {
    let count = line
        .strip_prefix("tick ")
        .and_then(|count| count.parse().ok());
    match (line, count) {
        ("tick", _) => "a tick".to_owned(),
        (_, Some(count)) => plural(count, "tick"),
        _ => line.to_owned(),
    }
}

fn choices(text: &mut LessonText, question: &Question, chosen: Option<char>, width: usize) {
    for choice in &question.choices {
        let is_chosen = chosen == Some(choice.letter);
        let sign = if is_chosen { '>' } else { ' ' };
        let line = format!("{sign} {}  {}", choice.letter, choice.text);
        text.line(&line, width, is_chosen);
    }
}

fn asked(
    run: &LessonRun,
    number: usize,
    letter: Option<char>,
    is_given: bool,
    width: usize,
) -> LessonText {
    let again = if run.only.is_some() {
        ", once more"
    } else {
        ""
    };
    let heading = format!("QUESTION {} of {}{again}", number + 1, run.answers.len());
    let mut text = LessonText::new(heading);
    let Some(question) = run.question(number) else {
        return text;
    };
    text.say(&question.text, width);
    choices(&mut text, question, letter, width);
    let last = run.last_letter();
    let you = match (letter, is_given) {
        (Some(letter), false) => format!("You say {letter}. a to {last} change it."),
        (Some(letter), true) => format!("You said {letter}."),
        (None, false) => format!("What do you say? a to {last} answer."),
        (None, true) => "Passed over.".to_owned(),
    };
    text.line(&you, width, false);
    let next = if is_given {
        "The kernel answers ..."
    } else {
        "NEXT  {key tick} lets the kernel answer."
    };
    text.line(next, width, false);
    text
}

fn revealed(
    run: &LessonRun,
    number: usize,
    letter: Option<char>,
    kernel: &KernelAnswer,
    width: usize,
) -> LessonText {
    let you = match letter {
        Some(letter) => format!("you said {letter}"),
        None if !run.vote.rounds.is_empty() => "the class voted".to_owned(),
        None => "you passed".to_owned(),
    };
    let says = match kernel {
        KernelAnswer::Is(right) => format!("the kernel says {right}"),
        KernelAnswer::NoneOf(_) => "none of these here".to_owned(),
        KernelAnswer::Several(_) => "the question is faulty here".to_owned(),
    };
    let mut text = LessonText::new(format!("QUESTION {}: {you}, {says}", number + 1));
    let Some(question) = run.question(number) else {
        return text;
    };
    let right = match kernel {
        KernelAnswer::Is(right) => Some(*right),
        _ => None,
    };
    let yours = letter.and_then(|letter| question.choice(letter));
    if let Some(choice) = yours.filter(|choice| Some(choice.letter) != right) {
        text.line(
            &format!("  {}  {}", choice.letter, choice.text),
            width,
            false,
        );
    }
    match kernel {
        KernelAnswer::Is(right) => {
            if let Some(choice) = question.choice(*right) {
                let decided = choice
                    .claim
                    .as_ref()
                    .map_or_else(String::new, |claim| format!("   ({claim})"));
                let mut line = format!("= {}  {}", choice.letter, choice.text);
                // Half a claim says less than none.
                if cells(&line) + cells(&decided) <= width {
                    line.push_str(&decided);
                }
                text.line(&line, width, true);
            }
        }
        KernelAnswer::NoneOf(instead) => text.say(&format!("None of these: {instead}"), width),
        KernelAnswer::Several(letters) => {
            let letters: Vec<String> = letters.iter().map(char::to_string).collect();
            let fits = format!(
                "The kernel's answer fits {}: this question is faulty here, and does not count.",
                letters.join(" and ")
            );
            text.say(&fits, width);
        }
    }
    if let Some(votes) = run.vote.counted() {
        text.say(&format!("Votes: {votes}."), width);
    }
    text.say(&question.reveal, width);
    if let Some(choice) = yours.filter(|choice| Some(choice.letter) != right)
        && let Some(answer) = &choice.answer
    {
        text.say(&format!("{}: {answer}", choice.letter), width);
    }
    text.line(
        "NEXT  Say it aloud: what did you see? {key tick} goes on.",
        width,
        false,
    );
    text
}

fn working(run: &LessonRun, number: usize, is_reached: bool, width: usize) -> LessonText {
    let mut text = LessonText::new(format!("GOAL {} of {}", number + 1, run.reached.len()));
    if let Some(goal) = run.lesson.goals().nth(number) {
        text.say(&goal.text, width);
    }
    let next = if is_reached {
        "Reached. NEXT  {key tick} goes on."
    } else {
        "All your own keys work. :tip helps, :later passes."
    };
    text.line(next, width, is_reached);
    text
}

fn over(run: &LessonRun, width: usize) -> LessonText {
    let mut text = LessonText::new(head(run));
    if let Some(name) = &run.lesson.name {
        let end = if name.ends_with(['.', '?', '!']) {
            ""
        } else {
            "."
        };
        text.line(&format!("This was: {name}{end}"), width, true);
    }
    if let Some(belief) = &run.lesson.belief {
        text.say(
            &format!("Many believe: {belief} Here it was not so."),
            width,
        );
    }
    if let Some(see) = &run.lesson.see {
        text.say(&format!("See {see}."), width);
    }
    let wrong = run.once_more().and_then(|again| again.only);
    let next = match wrong.as_ref().and_then(|wrong| wrong.first()) {
        Some(first) => format!(
            "NEXT  {{key tick}} asks question {} once more, staged afresh.",
            first + 1
        ),
        None => "NEXT  {key quit} leaves the lesson, {key lessons} lists all.".to_owned(),
    };
    text.line(&next, width, false);
    text
}
