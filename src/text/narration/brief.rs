//! The brief narration: what changed, what happened, what comes next, short enough to be heard while a hand waits. The rest of a record in
//! parts that can be asked for: together they say all that [`super::narrate`] says.

use super::{LineBuffer, NarrationOptions, added, entered, head, lists, sockets, title_of};
use crate::language::speech::Part;
use crate::model::clean;
use crate::model::record::Record;
use crate::model::world::World;
use crate::narrate::{next, story};
use crate::words::prose;

/// A record is said in at most so many words, if what comes next leaves room.
const MAX_WORDS: usize = 60;
/// What changed is said in at most so many of them.
const MAX_CHANGED: usize = 24;
/// Said where something was left out.
const REST: &str = "brief rest"; // prose

/// A record in few words; `world` is the state after it.
pub fn narrate(world: &World, record: &Record, options: NarrationOptions<'_>) -> String {
    if record.note().is_some() {
        return super::narrate(world, record, options);
    }
    let mut lines = LineBuffer::default();
    let changes = [added(record), entered(record)].concat();
    let (changed, is_rest_of_changes) = fitting(&changes, MAX_CHANGED);
    if changed.is_empty() {
        lines.say(&head(world, record));
    } else {
        lines.say(&format!("{}.", title_of(record)));
        lines.push("changed", &changed.join(" "));
    }
    super::not_understood(record, &mut lines);
    let next = without_the_poll(&next::sentence_for(world, options.reader));
    let used = words(&lines.0) + 1 + words(&next);
    // Why NEW and TRUE differ is said where there is room for all the rest.
    let (happened, aside) = happened(world, record, options);
    let (mut said, mut is_rest) = fitting(&happened, MAX_WORDS.saturating_sub(used));
    if is_rest || is_rest_of_changes {
        let room = MAX_WORDS.saturating_sub(used + words(prose::say(REST)));
        (said, is_rest) = fitting(&happened, room);
    } else if let Some(aside) = &aside
        && words(&said.join(" ")) + words(aside) + used <= MAX_WORDS
    {
        said.push(aside);
    }
    if !said.is_empty() {
        lines.say(&said.join(" "));
    }
    if is_rest || is_rest_of_changes {
        lines.say(prose::say(REST));
    }
    lines.push("next", &next);
    lines.0
}

/// One part of what a brief narration leaves out.
pub fn part(world: &World, record: &Record, part: Part, options: NarrationOptions<'_>) -> String {
    let mut lines = LineBuffer::default();
    match part {
        Part::More => {
            lines.say(&head(world, record));
            super::changed(world, record, &mut lines);
            let (happened, aside) = happened(world, record, options);
            for sentence in happened.into_iter().chain(aside) {
                lines.push("what happened", &sentence);
            }
            sockets::stages(world, record, options.reader, &mut lines);
            sockets::each(world, record, &mut lines);
            lines.push("next", &next::sentence_for(world, options.reader));
        }
        Part::Lists => {
            super::events(world, record, &mut lines);
            lists::narrate(world, options, &mut lines);
            lists::disagreements(world, &mut lines);
            if lines.0.is_empty() {
                lines.push("lists", prose::say("brief lists"));
            }
        }
        Part::Kernel => {
            sockets::kernel(world, options, &mut lines);
            if lines.0.is_empty() {
                lines.push("kernel", prose::say("brief kernel"));
            }
        }
        Part::Calls => {
            super::calls_of(world, record, &mut lines);
            super::asking(record, &mut lines);
            if lines.0.is_empty() {
                lines.push("call", "none.");
            }
        }
    }
    lines.0
}

/// What happened, and the aside.
fn happened(
    world: &World,
    record: &Record,
    options: NarrationOptions<'_>,
) -> (Vec<String>, Option<String>) {
    if record.n == 0 {
        return (vec![next::nothing_yet().to_owned()], None);
    }
    let story = story::tell(world, record, options.depth, None);
    (story.sentences, story.aside)
}

/// The first of these sentences that together have at most so many words, and whether there are more. What is most important comes first.
fn fitting(sentences: &[String], most: usize) -> (Vec<&str>, bool) {
    let mut room = most;
    let mut said = Vec::new();
    for sentence in sentences {
        let Some(left) = room.checked_sub(words(sentence)) else {
            break;
        };
        room = left;
        said.push(sentence.as_str());
    }
    let is_rest = said.len() < sentences.len();
    (said, is_rest)
}

/// What Enter does, without what each Enter does first: it asks epoll_wait for events.
fn without_the_poll(next: &str) -> String {
    match next.split_once(", then calls ") {
        Some((asks, calls)) if asks.starts_with("Enter asks ") => format!("Enter calls {calls}"),
        _ => next.to_owned(),
    }
}

fn words(text: &str) -> usize {
    clean::text(text).split_whitespace().count()
}
