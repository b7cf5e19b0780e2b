//! The guide: what it takes in, and its keys. While a question may still be answered it stays closed.

use super::course::{self, must_wait};
use super::message::Effect;
use super::scroll::scrolled;
use super::showing;
use crate::app::guide::topics;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::language::keys::{self, Action, Key, KeyContext};
use crate::language::seek::Seek;
use crate::narrate::story;

/// A record was made: something may be recognised. That is found out when the picture stands, or before the next message: what is seen
/// of it is a number in the title.
pub(super) fn recorded(model: &mut Model) {
    if let Some(guide) = &mut model.guide {
        guide.is_behind = true;
    }
}

/// Takes in the record that was made last, if that has not been done.
pub(super) fn catch_up(model: &mut Model) -> Vec<Effect> {
    let Some(mut guide) = model.guide.take_if(|guide| guide.is_behind) else {
        return Vec::new();
    };
    guide.is_behind = false;
    let world = model.history.uncovered_live();
    let record = model.history.uncovered_record();
    let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
    guide.take(world, &said);
    model.guide = Some(guide);
    keep(model)
}

/// What was recognised is to be kept, as soon as no question is answered by it.
pub(super) fn keep(model: &mut Model) -> Vec<Effect> {
    if must_wait(model) {
        return Vec::new();
    }
    let seen = model
        .guide
        .as_mut()
        .map_or(Vec::new(), |guide| guide.to_keep());
    if seen.is_empty() {
        return Vec::new();
    }
    vec![Effect::KeepSeen(seen)]
}

fn close(model: &mut Model) {
    model.overlay = Overlay::None;
    if let Some(guide) = &mut model.guide {
        guide.looked_at();
    }
}

/// A key in the list, or at a card.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    model.notice = None;
    let Overlay::Guide { chosen, card } = &mut model.overlay else {
        return Vec::new();
    };
    let last = topics().len().saturating_sub(1);
    let number = topics()[(*chosen).min(last)].number;
    let guide = model.guide.as_ref();
    let has_seen = guide.is_some_and(|guide| guide.has_seen(number));
    match (key, &card) {
        (Key::Esc | Key::Char('q'), Some(_)) => *card = None,
        (Key::Esc | Key::Char('q'), None) => close(model),
        (Key::Tab | Key::Char('L'), _) => {
            close(model);
            course::open_lessons(model);
        }
        (Key::Enter, Some(_)) => {
            close(model);
            return vec![Effect::BeginLesson(number.to_owned())];
        }
        (Key::Enter, None) if has_seen => *card = Some(0),
        (Key::Enter, None) => {
            let staging = topics()[*chosen].staging();
            model.notice = staging.map(|line| format!("To meet it, begin with:  {line}"));
        }
        (key, _) if keys::action_in(KeyContext::Guide, key) == Some(Action::SeenTick) => {
            let tick = guide
                .and_then(|guide| guide.sighting(number))
                .map(|seen| seen.at.1);
            match tick {
                Some(tick) => {
                    close(model);
                    showing::seek(model, Seek::Goto(tick));
                }
                None => model.notice = Some("It was not seen in this session.".to_owned()),
            }
        }
        (key, Some(scroll)) => {
            if let Some(to) = scrolled(*scroll, key) {
                *card = Some(to);
            }
        }
        (Key::Up | Key::Char('k'), None) => *chosen = chosen.saturating_sub(1),
        (Key::Down | Key::Char('j'), None) => *chosen = (*chosen + 1).min(last),
        (Key::PageUp, None) => *chosen = chosen.saturating_sub(10),
        (Key::PageDown | Key::Char(' '), None) => *chosen = (*chosen + 10).min(last),
        (Key::Home, None) => *chosen = 0,
        (Key::End, None) => *chosen = last,
        _ => {}
    }
    Vec::new()
}
