//! The NEXT line: what Space will do, from the plan; and what to try when nothing is left to do.

mod program;
mod waits;

pub use program::{press, think};

use crate::model::file::FileKind;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::socket::{Mode, NextCall, Stage};
use crate::model::tcp::TcpState;
use crate::model::world::{Facts, Outlook, RowState, Scope, World};
use crate::narrate::kernel;
use crate::words::join::{UNBROKEN, group_by};
use crate::words::numbers;
use crate::words::prose::{self, Prose, Told};

/// What is said before the first tick.
pub fn nothing_yet() -> &'static str {
    &prose::text("quiet nothing-yet").text
}

/// For whom it is said: what makes the next tick, and how anything else is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Of the screen: keys.
    Screen,
    /// Of the prompt: words, and Enter.
    Prompt,
    /// Of the prompt, in the past.
    Past,
    /// Of a log: nobody can ask for anything.
    Log,
}

impl Audience {
    /// A sentence in the words for this reader.
    pub fn of(self, prose: &'static Prose) -> &'static str {
        match self {
            Audience::Screen => &prose.text,
            Audience::Prompt | Audience::Past => prose.prompt(),
            Audience::Log => prose.log(),
        }
    }
}

/// The line under way, with everything that is said in it.
struct NextLine<'a> {
    world: &'a World,
    reader: Audience,
    said: Vec<Told>,
}

impl NextLine<'_> {
    /// Says a sentence of these sockets, who are named in it.
    fn say(&mut self, prose: &'static Prose, rows: &[Row], values: &[(&str, &str)]) -> String {
        let told = prose.told_as(self.reader.of(prose), rows, values);
        self.said.push(told.clone());
        told.text
    }

    fn groups(&self) -> Vec<(Vec<Row>, NextCall)> {
        group_by(self.world.plan(&[], Scope::All, self.world.at_us))
    }

    /// `connect() for 1 and 2, recv() for 3`
    fn calls(&mut self, groups: &[(Vec<Row>, NextCall)]) -> String {
        let calls = groups.iter();
        let calls = calls.map(|(rows, step)| {
            let values = [("{call}", step_name(*step))];
            self.say(prose::text("next call"), rows, &values)
        });
        calls.collect::<Vec<_>>().join(", ")
    }

    /// The whole of it.
    fn whole(&mut self) -> String {
        let world = self.world;
        if self.reader == Audience::Past {
            return self.say(prose::text("next past"), &[], &[]);
        }
        if world.is_watched() {
            return self.program();
        }
        if world.present().next().is_none() {
            return self.say(prose::text("next empty"), &[], &[]);
        }
        let groups = self.groups();
        let asked = self.asks();
        let asked = ("{asked}", asked.as_str());
        if let [(rows, step)] = groups.as_slice()
            && rows.len() > 1
            && rows.len() == world.count()
        {
            let times = times(rows.len());
            let values = [asked, ("{call}", step_name(*step)), ("{times}", &times)];
            return self.say(prose::text("next calls all"), rows, &values);
        }
        if !groups.is_empty() {
            let calls = self.calls(&groups);
            return self.say(
                prose::text("next calls"),
                &[],
                &[asked, ("{calls}", &calls)],
            );
        }
        if let Some(held) = world.wire.waiting().next() {
            let (number, kind) = (held.number.to_string(), held.segment.kind.to_string());
            let values = [asked, ("{number}", &*number), ("{kind}", &*kind)];
            return self.say(prose::text("next held"), &[], &values);
        }
        let stuck = world.present().take(FIRST);
        let circle = stuck
            .map(|row| row.row)
            .find(|row| self.is_in_a_circle(*row));
        if let Some(settled) = circle.is_none().then(|| self.settled()).flatten() {
            return settled;
        }
        let why = world.present().find_map(|row| self.reason(row.row));
        let why = why.unwrap_or_else(|| self.say(prose::text("next waits nothing"), &[], &[]));
        self.say(prose::text("next waits"), &[], &[asked, ("{why}", &why)])
    }

    /// Who asks whom for news.
    fn asks(&mut self) -> String {
        let watched = self.world.present().any(|row| row.asked().is_some());
        let asks = match watched {
            true => prose::text("next asks"),
            false => prose::text("next asks nobody"),
        };
        self.say(asks, &[], &[])
    }

    /// In as few words as possible.
    fn short(&mut self) -> String {
        let groups = self.groups();
        if !groups.is_empty() {
            let calls = self.calls(&groups);
            return self.say(prose::text("next short calls"), &[], &[("{calls}", &calls)]);
        }
        if self.world.wire.waiting().next().is_some() {
            return self.say(prose::text("next short held"), &[], &[]);
        }
        match self.settled() {
            Some(settled) => settled,
            None => self
                .short_turn()
                .unwrap_or_else(|| format!("{}.", self.asks())),
        }
    }

    /// When only waiting is left: what to try.
    fn settled(&mut self) -> Option<String> {
        let world = self.world;
        let open: Vec<&RowState> = world.unsettled().collect();
        let sends_syns = |row: &RowState| {
            row.stage() == Stage::Pending && kernel::tcp_state(row) == Some(TcpState::SynSent)
        };
        if open.len() == world.count() || !open.iter().all(|row| sends_syns(row)) {
            return None;
        }
        // A kernel that waits for an answer on the wire has not settled anything.
        let goes_on = |row: &RowState| {
            let ends = [row.look.client(), row.look.server()];
            ends.iter()
                .filter_map(|end| end.answer())
                .any(|end| end.due_us.is_some())
        };
        if world.present().take(FIRST).any(goes_on) {
            return None;
        }
        let rows: Vec<Row> = open.iter().map(|row| row.row).collect();
        let nobody = world.present().all(|row| row.asked().is_none());
        let head = match (open.is_empty(), nobody) {
            (true, true) => prose::text("next settled nobody"),
            (true, false) => prose::text("next settled"),
            _ => prose::text("next settled but"),
        };
        let head = self.say(head, &rows, &[]);
        Some(match self.reader {
            Audience::Screen => {
                // No line ends within one of them.
                let tries = self.tries(&open).into_iter();
                let whole: Vec<String> = tries.map(|one| one.replace(' ', UNBROKEN)).collect();
                format!("{head} Try:  {}", whole.join("   "))
            }
            Audience::Prompt | Audience::Past => {
                format!("{head} try: {}.", self.tries(&open).join(", or "))
            }
            Audience::Log => head,
        })
    }

    /// What can be tried, at most three things. They come from the first sockets; nobody looks through thousands for one.
    fn tries(&mut self, open: &[&RowState]) -> Vec<String> {
        let first = self
            .world
            .present()
            .take(FIRST)
            .chain(open.iter().copied().take(FIRST));
        // Most are like others, and of those that are alike the first is proposed.
        let mut facts: Vec<(Row, Facts)> = Vec::new();
        for row in first {
            let of_row = row.facts();
            if !facts.iter().any(|(_, known)| *known == of_row) {
                facts.push((row.row, of_row));
            }
        }
        let mut tries: Vec<String> = Vec::new();
        for key in TRIES {
            let found = prose::of(key).iter().find_map(|prose| {
                let row = facts.iter().find(|(_, facts)| prose.is_true(facts))?;
                Some((prose, row.0))
            });
            if let Some((prose, row)) = found {
                tries.push(self.say(prose, &[row], &[]));
            }
        }
        if self.reader == Audience::Screen {
            tries.truncate(1);
            tries.push(self.say(prose::text("next try looks"), &[], &[]));
            tries.push(self.onward());
        } else {
            tries.push(self.say(prose::text("next try add"), &[], &[]));
        }
        tries.truncate(MOST_TRIES);
        tries
    }

    /// What leads on from a session that is over: once the lessons, when it has just settled; then the first of these that was not tried.
    fn onward(&mut self) -> String {
        let first = || self.world.rows().take(FIRST);
        let has_just_settled = first().any(|row| row.changed_at.stage == self.world.n);
        let onward = if has_just_settled {
            prose::text("next try lessons")
        } else if first().all(|row| row.mode == Mode::NonBlocking) {
            prose::text("next try modes")
        } else if first().all(|row| row.wire().is_none()) {
            prose::text("next try wire")
        } else {
            prose::text("next try lessons")
        };
        self.say(onward, &[], &[])
    }
}

/// What can be tried, in this order: of each the first sentence that is true of a socket.
const TRIES: [&str; 9] = [
    "next try probe",        // prose
    "next try accept",       // prose
    "next try accept-there", // prose
    "next try recv-there",   // prose
    "next try make-room",    // prose
    "next try close",        // prose
    "next try data",         // prose
    "next try so_error",     // prose
    "next try connect",      // prose
];

/// So many things are proposed at once.
const MOST_TRIES: usize = 3;
/// So many sockets are looked through for a suggestion.
const FIRST: usize = 64;

/// The call of a step as a reader knows it.
pub fn step_name(step: NextCall) -> &'static str {
    match step {
        NextCall::Resolve => "getaddrinfo()",
        NextCall::Socket => "socket()",
        NextCall::Open(FileKind::PipeRead | FileKind::PipeWrite) => "pipe2()",
        NextCall::Open(FileKind::PtySlave) => "ioctl(TIOCGPTPEER)",
        NextCall::Open(FileKind::Regular | FileKind::PtyMaster) => "open()",
        NextCall::SetNonblocking => "ioctl(FIONBIO)",
        NextCall::Connect => "connect()",
        NextCall::Register => "epoll_ctl(ADD)",
        NextCall::SoError => "getsockopt(SO_ERROR)",
        NextCall::Getpeername => "getpeername()",
        NextCall::Poll => "poll()",
        NextCall::Recv => "recv()",
        NextCall::GiveUp | NextCall::Withdraw => "close()",
    }
}

/// The same in as few words as possible, for a small screen.
pub fn short(world: &World) -> String {
    line(world, Audience::Screen).short()
}

/// What Space will do, in one sentence or two.
pub fn sentence(world: &World) -> String {
    sentence_for(world, Audience::Screen)
}

/// What the next tick will do, in one sentence or two.
pub fn sentence_for(world: &World, reader: Audience) -> String {
    line(world, reader).whole()
}

/// Everything that is said in it and in its short form, with the keys of the texts.
pub fn told(world: &World, reader: Audience) -> Vec<Told> {
    let mut line = line(world, reader);
    line.whole();
    line.short();
    line.said
}

fn line(world: &World, reader: Audience) -> NextLine<'_> {
    NextLine {
        world,
        reader,
        said: Vec::new(),
    }
}

/// Whether nothing more happens by itself, so that it is time to look back.
pub fn is_settled(world: &World) -> bool {
    let mut line = line(world, Audience::Log);
    let waits = !line.groups().is_empty() || world.wire.waiting().next().is_some();
    !waits && line.settled().is_some()
}

/// Why a row made no call in this tick; `None` if it did, is settled, or could have.
pub fn no_call(world: &World, record: &Record, row: Row) -> Option<&'static Prose> {
    let reported = record
        .events
        .iter()
        .any(|event| event.row == row && event.stale.is_none());
    Some(match world.outlook(row) {
        _ if reported => prose::text("no-call event"),
        Outlook::WaitsForEvent => prose::text("no-call waits"),
        Outlook::Stuck(_) => prose::text("no-call stuck"),
        Outlook::WaitsForName => prose::text("no-call name"),
        Outlook::WaitsForTurn => prose::text("no-call turn"),
        Outlook::HeldBack => prose::text("no-call held-back"),
        Outlook::MustRetry => prose::text("no-call retry"),
        Outlook::Makes(_) | Outlook::Watched | Outlook::Settled => return None,
    })
}

fn times(count: usize) -> String {
    match count {
        2 => "twice".to_owned(),
        count => format!("{} times", numbers::count_word(count)),
    }
}
