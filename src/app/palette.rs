//! What can be done now on the chosen socket, in words, each with its key; what would be refused stands last, with the reason.

use super::model::Model;
use super::watching;
use crate::language;
use crate::language::keys::{self, Action, Binding, KeyContext, KeyGroup};
use crate::language::request::{Frontend, Request};
use crate::language::verbs::args::Arg;
use crate::language::verbs::{self, Verb};
use crate::model::command::Command;
use crate::model::refusal::Refusal;

/// Why nothing else is done while a question of a lesson is open.
const QUESTION: &str = "A question is open: answer it, then {key tick}, or :later.";
const PAST: &str = "This is the past, it cannot be changed. {key live} goes to LIVE.";
const RECORDING: &str = "This is a recording: its sockets are gone, nothing can be done to them. {key tick} and {key back} move in it.";
/// What is said where a packet is wanted and none is there.
pub const NONE_HELD: &str = "No packet is held now.";
const PROGRAM: &str = "The program makes its own calls: nothing else can be done to its sockets. {key let-call-go} lets the next one go.";
const NO_SOCKET: &str = "There is no socket. {key add} adds one.";

/// What is said where a socket is wanted and none is there.
pub fn no_socket() -> String {
    keys::said(NO_SOCKET)
}

/// What is said of the past where something is to be done.
pub fn past() -> String {
    keys::said(PAST)
}

/// What is said to whatever would make a call of a watched program.
pub fn program() -> String {
    keys::said(PROGRAM)
}

/// Whether the sockets are those of a watched program, which this command would touch.
fn is_of_a_program(model: &Model, command: &Command) -> bool {
    let is_free =
        matches!(command, Command::Look | Command::Note(_)) || command.at_peer_of().is_some();
    model.is_watched() && !is_free
}

/// Why a command would be refused before it is asked for, if it would.
pub fn why_not_command(model: &Model, command: &Command) -> Option<String> {
    why_not(model).or_else(|| is_of_a_program(model, command).then(program))
}

/// Why nothing can be done to the sockets that are shown, if so.
pub fn why_not(model: &Model) -> Option<String> {
    let why = match (&model.lesson, &model.recorded, model.history.is_live()) {
        (Some(run), _, _) if run.is_open() => QUESTION,
        (_, Some(_), _) => RECORDING,
        (_, None, false) => PAST,
        (_, None, true) => return None,
    };
    Some(keys::said(why))
}

/// What a choice does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The same as its key.
    Press(Action),
    /// The same as this line.
    Say(String),
    /// The line is begun: there is more to say.
    Begin(String),
}

/// One thing that can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteEntry {
    /// Its key, if it has one here.
    pub key: &'static str,
    /// What it does, in a few words.
    pub words: String,
    /// The line that does it, if there is one.
    pub line: Option<String>,
    /// Why it would be refused now.
    pub refused: Option<String>,
    /// What happens if it is chosen.
    pub choice: Choice,
    /// Where it stands: what is for the chosen socket comes first.
    place: u8,
    /// What it is found by.
    found_by: String,
}

/// Everything that a line so far could be meant for, the possible first.
pub fn entries(model: &Model, typed: &str) -> Vec<PaletteEntry> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    // Who types behind a word wants this word and its form.
    let begun = words
        .first()
        .filter(|word| words.len() > 1 || typed.len() > word.len())
        .and_then(|word| verbs::find(word));
    if let Some(verb) = begun {
        let mut entry = of_verb(model, verb);
        entry.words = format!("{} {}", verb.usage, entry.words);
        entry.line = None;
        return vec![entry];
    }
    let is_found = |entry: &PaletteEntry| words.iter().all(|word| entry.found_by.contains(word));
    let in_the_table = |entry: &PaletteEntry| {
        let of_it = |binding: &Binding| entry.choice == Choice::Press(binding.action);
        keys::all().iter().position(of_it)
    };
    let mut entries: Vec<PaletteEntry> = verbs::of(Frontend::Screen)
        .map(|verb| of_verb(model, verb))
        .chain(
            keys::all()
                .iter()
                .filter_map(|binding| of_key(model, binding)),
        )
        .filter(is_found)
        .collect();
    let exactly = |entry: &PaletteEntry| {
        words
            .iter()
            .any(|word| entry.key.eq_ignore_ascii_case(word))
    };
    entries.sort_by_key(|entry| {
        let is_refused = entry.refused.is_some();
        (
            is_refused,
            !exactly(entry),
            entry.place,
            in_the_table(entry),
        )
    });
    entries
}

/// A key that no word of the language stands for.
fn of_key(model: &Model, binding: &'static Binding) -> Option<PaletteEntry> {
    let is_a_move = matches!(
        binding.action,
        Action::Up
            | Action::Down
            | Action::PacketAbove
            | Action::PacketBelow
            | Action::TaskAbove
            | Action::TaskBelow
            | Action::LetCallGo
            | Action::Digit(_)
            | Action::Prompt
            | Action::OpenWire
            | Action::Escape
    );
    let is_there = binding.action == Action::Wire && model.is_on_the_wire();
    if !model.has_keys_of(binding.on) || is_a_move || is_there || binding.says.is_some() {
        return None;
    }
    let not_now = why_not(model);
    let refused = match binding.action {
        Action::TickOnly if model.chosen_row().is_none() && !model.is_watched() => {
            why_not(model).or_else(|| Some(no_socket()))
        }
        Action::TickOnly | Action::TickWait | Action::UntilChange => {
            why_not_command(model, &Command::TICK)
        }
        Action::Code if model.is_watched() => Some(program()),
        Action::Lessons if model.is_watched() && model.lesson.is_none() => Some(program()),
        Action::InterruptCall => not_now.or_else(|| watching::why_not_interrupt(model)),
        Action::TypeLine | Action::EndProgram => not_now.or_else(|| watching::why_not_reach(model)),
        Action::LetAllGo | Action::Later | Action::Earlier if model.packet().is_none() => {
            why_not(model).or_else(|| Some(NONE_HELD.to_owned()))
        }
        _ => None,
    };
    Some(PaletteEntry {
        key: binding.label,
        words: about(model, &binding.briefly()),
        line: None,
        refused,
        choice: Choice::Press(binding.action),
        place: place(model, binding.group),
        found_by: format!("{} {}", binding.word, binding.briefly()).to_lowercase(),
    })
}

fn place(model: &Model, group: KeyGroup) -> u8 {
    match group {
        KeyGroup::Wire if model.is_on_the_wire() => 0,
        KeyGroup::Program => 0,
        KeyGroup::Act | KeyGroup::Peer => 1,
        KeyGroup::GoOn => 2,
        KeyGroup::Understand => 4,
        KeyGroup::Wire => 5,
        KeyGroup::Time => 6,
        KeyGroup::Lesson => 7,
        KeyGroup::Screen => 8,
    }
}

/// A word of the language, for the chosen socket or packet if it takes one.
fn of_verb(model: &Model, verb: &'static Verb) -> PaletteEntry {
    let binding = match keys::of_word(verb.name) {
        Some(binding) if binding.action == Action::Tick && model.is_watched() => {
            keys::of(Action::LetCallGo)
        }
        binding => binding,
    };
    let line = line(model, verb);
    let (on_one, missing) = match verb.args.first() {
        Some(Arg::Row | Arg::Packet | Arg::PacketOrAll) => (true, verb.args.len() - 1),
        _ => (false, verb.args.len()),
    };
    let begin = if on_one {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        words.join(" ")
    } else {
        verb.name.to_owned()
    };
    let is_whole = missing <= verb.optional;
    let choice = match binding {
        Some(binding) => Choice::Press(binding.action),
        None if is_whole => Choice::Say(begin.clone()),
        None => Choice::Begin(format!("{begin} ")),
    };
    let words = binding.map_or_else(|| small(verb.help), Binding::briefly);
    // The same key can mean something else on a watched program.
    let has_key = |binding: &&Binding| match binding.on {
        KeyContext::Everywhere => !watching::is_hidden(model, binding.keys),
        on => model.has_keys_of(on),
    };
    PaletteEntry {
        key: binding.filter(has_key).map_or("", |binding| binding.label),
        words: about(model, &words),
        refused: refused(model, verb, &line),
        line: Some(if is_whole {
            begin
        } else {
            format!("{begin} ...")
        }),
        choice,
        place: match binding {
            // What everybody needs comes before everything else.
            Some(binding) if binding.action == Action::Tick => 0,
            Some(binding) => place(model, binding.group),
            None if matches!(verb.args.first(), Some(Arg::Row)) => 3,
            None => 7,
        },
        found_by: format!(
            "{} {words} {}",
            verb.usage,
            binding.map_or("", |one| one.word)
        )
        .to_lowercase(),
    }
}

/// The same about the socket that is chosen: its number says which.
fn about(model: &Model, words: &str) -> String {
    let Some(row) = model.chosen_row() else {
        return words.to_owned();
    };
    let number = row.row.to_string();
    [
        "the chosen lab socket",
        "the chosen socket",
        "the chosen target",
    ]
    .iter()
    .fold(words.to_owned(), |words, it| words.replace(it, &number))
}

/// A sentence with a small letter and no full stop.
fn small(sentence: &str) -> String {
    let mut small = sentence.trim_end_matches('.').to_owned();
    if let Some(first) = small.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    small
}

/// A line that says it: the word's example, for the chosen socket or packet.
fn line(model: &Model, verb: &Verb) -> String {
    let example = verb.examples.first().copied().unwrap_or(verb.name);
    let number = match verb.args.first() {
        Some(Arg::Row) => Some(model.chosen.to_string()),
        Some(Arg::Packet | Arg::PacketOrAll) => model.packet().map(|number| number.to_string()),
        _ => None,
    };
    let Some(number) = number else {
        return example.to_owned();
    };
    let mut words: Vec<&str> = example.split(' ').collect();
    if let Some(place) = words.get_mut(1) {
        *place = &number;
    }
    words.join(" ")
}

/// Why this word would be refused now: what its key says, or the engine.
fn refused(model: &Model, verb: &Verb, line: &str) -> Option<String> {
    let Ok(request) = language::parse(line, Frontend::Screen) else {
        return None;
    };
    let is_tick = matches!(&request, Request::Act(command) if *command == Command::TICK);
    let command = match request {
        Request::Act(command) if !(is_tick && model.is_watched()) => command,
        Request::Act(_) | Request::Ticks(_) => {
            let held = model.is_watched().then(|| watching::why_not_let_go(model));
            return why_not(model).or(held.flatten());
        }
        Request::Program(_) => {
            return why_not(model).or_else(|| watching::why_not_reach(model));
        }
        _ => return None,
    };
    if let Some(why) = why_not_command(model, &command) {
        return Some(why);
    }
    if matches!(verb.args.first(), Some(Arg::Row)) && model.chosen_row().is_none() {
        return Some(no_socket());
    }
    if let Err(why) = model.history.live().may(&command) {
        return Some(format!("{why}."));
    }
    let wants_a_packet = match command {
        Command::Release(_) | Command::Drop(_) | Command::Reorder(..) => true,
        Command::Repeat(_)
        | Command::Rule(_)
        | Command::InjectRst(..)
        | Command::InjectIcmp(..) => false,
        _ => return None,
    };
    if model.world().rows().all(|row| row.wire().is_none()) {
        return Some(format!("{}.", Refusal::NoWireYet));
    }
    (wants_a_packet && model.packet().is_none()).then(|| NONE_HELD.to_owned())
}
