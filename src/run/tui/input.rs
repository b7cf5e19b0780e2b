//! The input thread: blocked in crossterm's read(), nothing in front of it.

use super::AppEvent;
use super::background::{AnswerFilter, TypedEvent};
use super::room::KeyRoom;
use crate::app::update::Msg;
use crate::language::keys::Key;
use anyhow::Context;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use std::sync::mpsc::Sender;
use std::time::Instant;

/// Starts reading. What main has no room for stays in the terminal. If the terminal was asked for its background at a time, its answer is among the keys.
pub(super) fn start(app_events: Sender<AppEvent>, asked: Option<Instant>) -> anyhow::Result<()> {
    let work = move || {
        let mut filter = AnswerFilter::new(asked);
        let room = KeyRoom::default();
        loop {
            let msg = match read() {
                Ok(Event::Key(event)) => {
                    for typed in filter.take(event, Instant::now()) {
                        let event = match typed {
                            TypedEvent::Key(event) => {
                                key(event).map(|k| AppEvent::Typed(Msg::Key(k), room.place()))
                            }
                            TypedEvent::Background { is_dark } => {
                                Some(AppEvent::Background { is_dark })
                            }
                        };
                        if event.is_some_and(|event| app_events.send(event).is_err()) {
                            return;
                        }
                    }
                    continue;
                }
                Ok(Event::Paste(text)) => Some(Msg::Paste(text)),
                Ok(Event::Resize(columns, rows)) => Some(Msg::Resize(columns, rows)),
                Ok(_) => None,
                Err(_) => {
                    let _ = app_events.send(AppEvent::TerminalGone);
                    return;
                }
            };
            if let Some(msg) = msg
                && app_events.send(AppEvent::Typed(msg, room.place())).is_err()
            {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(work)
        .context("failed to start reading keys")?;
    Ok(())
}

/// Only presses; with Ctrl or alone. Alt and the like mean nothing here.
fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    if event
        .modifiers
        .intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META)
    {
        return None;
    }
    Some(match event.code {
        KeyCode::Char(c) if control => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Insert => Key::Insert,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    })
}
