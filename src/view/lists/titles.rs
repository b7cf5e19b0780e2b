//! The headings of the lists: which moment each column is of, and who was asked.

use crate::app::model::Model;
use crate::derive::lists;
use crate::model::world::{ReadyList, World};

/// `TRUE after tick 4`, or with the time if something else than a tick was looked at last.
pub(super) fn true_title(model: &Model) -> String {
    let world = model.world();
    match world.looked_at_us {
        _ if model.history.is_covered() => "TRUE: covered".to_owned(),
        None if world.is_watched() => "TRUE after a step".to_owned(),
        Some(_) if world.is_watched() && world.looked_n == world.step_n => {
            format!("TRUE of these after step {}", world.step)
        }
        Some(at) if world.is_watched() => format!("TRUE of these at {}", model.clock(at)),
        _ if world.tick == 0 => "TRUE after a tick".to_owned(),
        None => "TRUE: looks are off".to_owned(),
        Some(_) if world.looked_n == world.tick_n => {
            format!("TRUE of these after tick {}", world.tick)
        }
        Some(at) => format!("TRUE of these at {}", model.clock(at)),
    }
}

pub(super) fn new_title(model: &Model) -> String {
    if model.world().is_watched() {
        return match model.world().asker {
            None => "NEW in a step".to_owned(),
            Some(asker) => format!("NEW in step {}", asker.step),
        };
    }
    match model.world().tick {
        0 => "NEW in a tick".to_owned(),
        tick => format!("NEW in tick {tick}"),
    }
}

/// Who was asked, column by column.
pub(super) fn askers(world: &World, with_epoll: bool) -> Vec<&'static str> {
    let select = if world.stands_any(ReadyList::SelectCannot) {
        "select fd<1024"
    } else if world.stands_any(ReadyList::SelectFailed) {
        "select: EBADF"
    } else {
        "select(2)"
    };
    let asked = match lists::is_any_refused(world) {
        true => "epoll, poll(2)",
        false => "epoll_ctl",
    };
    if let Some(asker) = world.asker {
        let asked = match asker.name {
            "epoll_wait" => "epoll_ctl",
            name => name,
        };
        let level = "epoll level";
        return match with_epoll {
            true => vec![asked, asker.name, level, "poll(2)", select],
            false => vec![asked, asker.name, "poll(2)", select],
        };
    }
    if world.is_watched() {
        return match with_epoll {
            true => vec!["", "", "epoll level", "poll(2)", select],
            false => vec!["", "", "poll(2)", select],
        };
    }
    if with_epoll {
        let (edge, level) = ("epoll_wait edge", "epoll level");
        return vec![asked, edge, level, "poll(2)", select];
    }
    vec![asked, "epoll_wait", "poll(2)", select]
}
