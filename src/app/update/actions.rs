//! What each action of the key table does: every one of them, in one place.

use super::message::Effect;
use super::vote;
use super::{acting, choose, course, lessons, line, packets, showing, watched};
use crate::app::model::{Model, Pane};
use crate::app::overlay::{Confirm, PromptKind};
use crate::language::keys::Action;
use crate::language::seek::Seek;
use crate::model::call::Call;
use crate::model::command::{AfterAccept, Command, DEFAULT_RECV};
use crate::model::wire::RelativePlace;

/// Does it.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return showing::close_or_quit(model),
        Action::QuitAlways => return vec![Effect::Quit],
        Action::Suspend => return vec![Effect::Suspend],
        // What is shown, and when.
        Action::Back => showing::seek(model, Seek::Back),
        Action::Forward => showing::seek(model, Seek::Forward),
        Action::First => showing::seek(model, Seek::First),
        Action::Live => showing::seek(model, Seek::Live),
        Action::NextChange => showing::seek(model, Seek::Next(model.chosen)),
        Action::PreviousChange => showing::seek(model, Seek::Previous(model.chosen)),
        Action::Up => choose::move_or_scroll(model, -1),
        Action::Down => choose::move_or_scroll(model, 1),
        Action::Digit(digit) => choose::choose_digit(model, digit),
        Action::NextPane => showing::next_pane(model),
        Action::Zoom => showing::zoom(model),
        Action::Timeline => showing::toggle(model, Pane::Timeline),
        Action::Looks => showing::toggle(model, Pane::Looks),
        Action::Bytes => showing::toggle(model, Pane::Bytes),
        Action::Wire | Action::OpenWire => showing::toggle(model, Pane::Wire),
        Action::Kernel => showing::toggle(model, Pane::Kernel),
        Action::Code if model.is_watched() => watched::is_not_here(model, action),
        // A client of a lesson is watched in its lesson.
        Action::Lessons if model.is_watched() && model.lesson.is_none() => {
            watched::is_not_here(model, action);
        }
        Action::Code => showing::next_listing(model),
        Action::Escape => showing::escape(model),
        Action::Help => showing::help(model),
        Action::Lessons => course::open_lessons(model),
        Action::Vote => return vote::begin(model),
        Action::Cover => lessons::cover(model),
        Action::Explain => showing::explain(model),
        Action::Depth => showing::next_depth(model),
        // Lines that may be typed anywhere: words may also ask and move.
        Action::Filter => line::open(model, PromptKind::Filter, model.filter.clone()),
        Action::Prompt => line::open(model, PromptKind::Command, String::new()),
        // What acts on the session.
        Action::Tick => return acting::tick(model),
        Action::TickWait => return acting::tick_wait(model),
        Action::LookAgain => return acting::command(model, Command::Look),
        Action::UntilChange => return acting::until_change(model),
        Action::Add => acting::ask(model, PromptKind::Targets, String::new()),
        Action::Note => acting::ask(model, PromptKind::Note, String::new()),
        // What acts on the chosen socket.
        Action::TickOnly => return acting::tick_only(model),
        Action::Connect => return acting::on_chosen(model, Command::Connect),
        Action::SoError => return acting::call(model, |fd| Call::SoError { fd }),
        Action::Getpeername => return acting::call(model, |fd| Call::Getpeername { fd }),
        Action::Accept => {
            return acting::on_chosen(model, |row| Command::Accept(row, AfterAccept::Keep));
        }
        Action::ByHand => return acting::hand(model),
        Action::Interrupt => return acting::on_chosen(model, Command::Interrupt),
        Action::Interest => acting::interest(model),
        Action::Send => acting::propose(model, PromptKind::SendText, "hello\\n".to_owned()),
        Action::Recv => acting::propose(model, PromptKind::RecvSize, DEFAULT_RECV.to_string()),
        Action::Shutdown => acting::propose(model, PromptKind::ShutdownHow, "wr".to_owned()),
        Action::Delete => acting::confirm(model, Confirm::Delete),
        Action::Restart => acting::confirm(model, Confirm::Restart),
        Action::Close => acting::close(model),
        // What acts on a watched program.
        Action::LetCallGo => return watched::let_go(model),
        Action::TaskAbove => watched::choose(model, -1),
        Action::TaskBelow => watched::choose(model, 1),
        Action::TypeLine => watched::type_line(model),
        Action::Output => showing::toggle(model, Pane::Output),
        Action::InterruptCall => return watched::interrupt(model),
        Action::EndProgram => watched::end(model),
        // Where they have their meaning, they are keys of what is open.
        Action::SeenTick | Action::FirstDifference => {}
        // What acts on the packets of the wire.
        Action::PacketAbove => packets::choose(model, -1),
        Action::PacketBelow => packets::choose(model, 1),
        Action::LetGo => return packets::let_go(model),
        Action::LetAllGo => return packets::let_all_go(model),
        Action::DropPacket => return packets::drop(model),
        Action::RepeatPacket => return packets::repeat(model),
        Action::Later => return packets::reorder(model, RelativePlace::After),
        Action::Earlier => return packets::reorder(model, RelativePlace::Before),
    }
    Vec::new()
}
