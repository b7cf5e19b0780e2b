//! The lists and the witnesses as sentences: who asks for what, what is true by whom, and why two witnesses differ.

use super::{Lines, Manner};
use crate::derive::kinds::{KINDS, Kind};
use crate::derive::lists::{self, Cell};
use crate::derive::witnesses::differs;
use crate::model::readiness::{PollMask, SelectSets, names};
use crate::model::record::Witness;
use crate::model::world::{RowState, World};
use crate::words::join::{group_by, join_and};
use crate::words::numbers;
use crate::words::witnesses::sentence;

/// What each witness says of one kind of readiness, for what was asked.
struct Said {
    poll: Cell,
    epoll: Cell,
    select: Option<Cell>,
}

fn said(world: &World, kind: &Kind) -> Said {
    Said {
        poll: lists::poll(world, kind),
        epoll: lists::epoll(world, kind),
        select: lists::select(world, kind),
    }
}

/// Which lists this record changed, and how.
pub(super) fn changed(world: &World, lines: &mut Lines) {
    let of = |cell: &Cell| {
        format!(
            "now {}, before {}.",
            numbers::spoken(&cell.now),
            numbers::spoken(&cell.before)
        )
    };
    for kind in &KINDS {
        if let Some(cell) = lists::asked(world, kind).filter(Cell::is_changed) {
            lines.say(
                "changed",
                &format!("{} is asked for, {}", kind.name, of(&cell)),
            );
        }
    }
    for kind in &KINDS {
        let said = said(world, kind);
        let witnesses = [
            ("poll", Some(&said.poll)),
            ("level-triggered epoll", Some(&said.epoll)),
            ("select", said.select.as_ref()),
        ];
        let changed = witnesses.into_iter().filter_map(|(name, cell)| {
            let cell = cell.filter(|cell| cell.is_changed())?;
            Some((name, of(cell)))
        });
        for (names, text) in group_by(changed) {
            let by = join_and(&names);
            lines.say("changed", &format!("{} by {by}, {text}", kind.name));
        }
    }
}

/// What is asked for, what is true, and all that the witnesses say, asked for or not.
pub(super) fn tell(world: &World, manner: Manner<'_>, lines: &mut Lines) {
    if world.n == 0 {
        return;
    }
    asked(world, lines);
    truth(world, manner, lines);
    masks(world, lines);
}

fn asked(world: &World, lines: &mut Lines) {
    if !lists::is_anyone_watched(world) {
        return lines.say("asked for", "nothing, nobody is watched.");
    }
    let parts: Vec<String> = KINDS
        .iter()
        .filter_map(|kind| {
            let cell = lists::asked(world, kind)?;
            Some(format!("{} {}.", kind.name, numbers::spoken(&cell.now)))
        })
        .collect();
    let text = format!("{} errors and hang-ups are always told.", parts.join(" "));
    lines.say("asked for", &text);
}

fn truth(world: &World, manner: Manner<'_>, lines: &mut Lines) {
    let Some(at) = world.looked_at_us else {
        return lines.say("true", "looks are off.");
    };
    let when = if world.looked_n == world.tick_n && world.tick > 0 {
        format!("after tick {}", world.tick)
    } else {
        "at the last look".to_owned()
    };
    let label = format!("true {when}, looked at {}", (manner.clock)(at));
    if !lists::is_anything_shown(world) {
        return lines.say(&label, "nobody is watched, so these lists are empty.");
    }
    let by_poll_and_select = |kind: &Kind| {
        let said = said(world, kind);
        let poll = numbers::spoken(&said.poll.now);
        match said.select {
            Some(select) if select.now != said.poll.now => format!(
                "{} {poll} by poll, {} by select.",
                kind.name,
                numbers::spoken(&select.now)
            ),
            _ => format!("{} {poll}.", kind.name),
        }
    };
    let parts: Vec<String> = KINDS.iter().map(by_poll_and_select).collect();
    lines.say(&label, &parts.join(" "));
    lines.say("true by level-triggered epoll", &level(world));
}

fn level(world: &World) -> String {
    let asked = |row: &RowState| !matches!(row.look.epoll, Witness::NotAsked);
    if !world.present().any(asked) {
        return "not asked.".to_owned();
    }
    let differing: Vec<String> = KINDS
        .iter()
        .filter_map(|kind| {
            let said = said(world, kind);
            (said.epoll.now != said.poll.now)
                .then(|| format!("{} {}.", kind.name, numbers::spoken(&said.epoll.now)))
        })
        .collect();
    if differing.is_empty() {
        "the same as by poll.".to_owned()
    } else {
        format!("{} else the same as by poll.", differing.join(" "))
    }
}

/// The whole masks, also of what nobody asked for.
fn masks(world: &World, lines: &mut Lines) {
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
        lines.say(label, &parts.join(" "));
    }
}

fn mask_words(said: Witness<PollMask>) -> Option<String> {
    match said {
        Witness::NotAsked => None,
        Witness::NoAnswer | Witness::BadDescriptor => Some("no answer".to_owned()),
        Witness::Says(mask) if mask.is_empty() => Some("nothing".to_owned()),
        Witness::Says(mask) => Some(names(&mask).join(" ")),
    }
}

fn set_words(said: Witness<SelectSets>) -> Option<String> {
    match said {
        Witness::NotAsked => None,
        Witness::NoAnswer => Some("cannot be asked".to_owned()),
        Witness::BadDescriptor => Some("EBADF, the whole call failed".to_owned()),
        Witness::Says(sets) if sets.is_empty() => Some("in no set".to_owned()),
        Witness::Says(sets) => Some(format!("in {}", names(&sets).join(" and "))),
    }
}

/// Why the witnesses of a socket differ.
pub(super) fn disagreements(world: &World, lines: &mut Lines) {
    let reasons = world.present().flat_map(|row| {
        differs(world, row)
            .into_iter()
            .map(|reason| (row.row, sentence(reason).to_owned()))
    });
    for (rows, sentence) in group_by(reasons) {
        let label = format!("witnesses of {} differ", numbers::spoken(&rows));
        lines.say(&label, &sentence);
    }
}
