//! The lists and the looks as sentences: who asks for what, what is true by whom, and why two looks differ.

use super::{LineBuffer, NarrationOptions};
use crate::derive::kinds::{KINDS, ReadinessKind};
use crate::derive::lists::{self, Cell};
use crate::model::readiness::{PollMask, SelectSets, names};
use crate::model::record::Answer;
use crate::model::world::{RowState, World};
use crate::words::join::{group_by, join_and};
use crate::words::looks::{differs, sentence};
use crate::words::numbers;
use crate::words::prose;

/// What each look says of one kind of readiness, for what was asked.
struct ReadinessAnswers {
    poll: Cell,
    epoll: Cell,
    select: Option<Cell>,
}

fn answers(world: &World, kind: &ReadinessKind) -> ReadinessAnswers {
    ReadinessAnswers {
        poll: lists::poll(world, kind),
        epoll: lists::epoll(world, kind),
        select: lists::select(world, kind),
    }
}

/// Which lists this record changed, and how.
pub(super) fn changed(world: &World, lines: &mut LineBuffer) {
    let of = |cell: &Cell| {
        format!(
            "now {}, before {}.",
            numbers::spoken(&cell.now),
            numbers::spoken(&cell.before)
        )
    };
    for kind in &KINDS {
        if let Some(cell) = lists::asked(world, kind).filter(Cell::is_changed) {
            lines.push(
                "changed",
                &format!("{} is asked for, {}", kind.name, of(&cell)),
            );
        }
    }
    for kind in &KINDS {
        let answers = answers(world, kind);
        let looks = [
            ("poll", Some(&answers.poll)),
            ("level-triggered epoll", Some(&answers.epoll)),
            ("select", answers.select.as_ref()),
        ];
        let changed = looks.into_iter().filter_map(|(name, cell)| {
            let cell = cell.filter(|cell| cell.is_changed())?;
            Some((name, of(cell)))
        });
        for (names, text) in group_by(changed) {
            let by = join_and(&names);
            lines.push("changed", &format!("{} by {by}, {text}", kind.name));
        }
    }
}

/// What is asked for, what is true, and all that the looks say, asked for or not.
pub(super) fn narrate(world: &World, options: NarrationOptions<'_>, lines: &mut LineBuffer) {
    if world.n == 0 {
        return;
    }
    asked(world, lines);
    truth(world, options, lines);
    masks(world, lines);
}

fn asked(world: &World, lines: &mut LineBuffer) {
    if !lists::is_anyone_watched(world) {
        return lines.push("asked for", prose::say("asked nobody"));
    }
    let parts: Vec<String> = KINDS
        .iter()
        .filter_map(|kind| {
            let cell = lists::asked(world, kind)?;
            Some(format!("{} {}.", kind.name, numbers::spoken(&cell.now)))
        })
        .collect();
    let text = format!("{} {}", parts.join(" "), prose::say("asked always"));
    lines.push("asked for", &text);
}

fn truth(world: &World, options: NarrationOptions<'_>, lines: &mut LineBuffer) {
    let Some(at) = world.looked_at_us else {
        return lines.push("true", prose::say("true off"));
    };
    let when = if world.is_watched() && world.looked_n == world.step_n {
        format!("after step {}", world.step)
    } else if world.looked_n == world.tick_n && world.tick > 0 && !world.is_watched() {
        format!("after tick {}", world.tick)
    } else {
        "at the last look".to_owned()
    };
    let label = format!("true {when}, looked at {}", (options.clock)(at));
    if !lists::is_anything_shown(world) {
        return lines.push(&label, prose::say("true nobody"));
    }
    let by_poll_and_select = |kind: &ReadinessKind| {
        let answers = answers(world, kind);
        let poll = numbers::spoken(&answers.poll.now);
        match answers.select {
            Some(select) if select.now != answers.poll.now => format!(
                "{} {poll} by poll, {} by select.",
                kind.name,
                numbers::spoken(&select.now)
            ),
            _ => format!("{} {poll}.", kind.name),
        }
    };
    let parts: Vec<String> = KINDS.iter().map(by_poll_and_select).collect();
    lines.push(&label, &parts.join(" "));
    lines.push("true by level-triggered epoll", &level(world));
}

fn level(world: &World) -> String {
    let asked = |row: &RowState| !matches!(row.look.epoll, Answer::NotAsked);
    if !world.present().any(asked) {
        return prose::say("level not-asked").to_owned();
    }
    let differing: Vec<String> = KINDS
        .iter()
        .filter_map(|kind| {
            let answers = answers(world, kind);
            (answers.epoll.now != answers.poll.now)
                .then(|| format!("{} {}.", kind.name, numbers::spoken(&answers.epoll.now)))
        })
        .collect();
    if differing.is_empty() {
        prose::say("level same").to_owned()
    } else {
        format!("{} {}", differing.join(" "), prose::say("level else"))
    }
}

/// The whole masks, also of what nobody asked for.
fn masks(world: &World, lines: &mut LineBuffer) {
    let open = || world.present().filter(|row| row.fd().is_some());
    let poll = open().filter_map(|row| Some((row.row, mask_words(row.look.poll)?)));
    let select = open().filter_map(|row| Some((row.row, set_words(row.look.select)?)));
    for (label, groups) in [
        ("poll, asked for or not", group_by(poll)),
        ("select, asked for or not", group_by(select)),
    ] {
        if groups.is_empty() {
            continue;
        }
        let parts: Vec<String> = groups
            .into_iter()
            .map(|(rows, text)| format!("{} {text}.", numbers::spoken(&rows)))
            .collect();
        lines.push(label, &parts.join(" "));
    }
}

fn mask_words(answer: Answer<PollMask>) -> Option<String> {
    match answer {
        Answer::NotAsked => None,
        Answer::NoAnswer | Answer::BadDescriptor => Some("no answer".to_owned()),
        Answer::Says(mask) if mask.is_empty() => Some("nothing".to_owned()),
        Answer::Says(mask) => Some(names(&mask).join(" ")),
    }
}

fn set_words(answer: Answer<SelectSets>) -> Option<String> {
    match answer {
        Answer::NotAsked => None,
        Answer::NoAnswer => Some(prose::say("set cannot").to_owned()),
        Answer::BadDescriptor => Some(prose::say("set badfd").to_owned()),
        Answer::Says(sets) if sets.is_empty() => Some(prose::say("spoken no-set").to_owned()),
        Answer::Says(sets) => Some(format!("in {}", names(&sets).join(" and "))),
    }
}

/// Why the looks of a socket differ.
pub(super) fn disagreements(world: &World, lines: &mut LineBuffer) {
    let reasons = world.present().flat_map(|row| {
        differs(world, row)
            .into_iter()
            .map(|difference| (row.row, difference))
    });
    for (rows, difference) in group_by(reasons) {
        let label = format!("looks at {} differ", numbers::spoken(&rows));
        lines.push(&label, &sentence(&difference, &rows).text);
    }
}
