//! The contradiction check: what is said beside what is so.

use sockstep::language::claim::SaidSentence;
use sockstep::language::depth::Depth;
use sockstep::language::speech::Part;
use sockstep::model::call::{Call, CallFact, CalledBy};
use sockstep::model::errno::Failure;
use sockstep::model::readiness::PollMask;
use sockstep::model::record::Record;
use sockstep::model::socket::{Happened, Stage};
use sockstep::model::tcp::TcpState;
use sockstep::model::world::{EndKind, Facts, IsSo, RowState, World};
use sockstep::narrate::next::Audience;
use sockstep::narrate::{self, kernel, masks, stages, story};
use sockstep::text::narration::{self, NarrationOptions, brief};
use sockstep::words::calls::{self, Sentence};
use sockstep::words::looks;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

static BY_KEY: LazyLock<HashMap<&'static str, &'static Sentence>> = LazyLock::new(|| {
    let with_key = |sentence: &'static Sentence| (sentence.key.as_str(), sentence);
    calls::all().map(with_key).collect()
});

/// What was judged, and what was found.
#[derive(Default)]
pub(crate) struct Judge {
    /// So many records.
    pub(crate) records: usize,
    /// So many sentences about them.
    pub(crate) sentences: usize,
    /// The keys of what was said.
    pub(crate) chosen: BTreeSet<String>,
    /// All that was told of recordings, for whoever cannot see the screen.
    pub(crate) told: String,
    /// What is wrong, how often, and where it was seen first.
    pub(crate) faults: BTreeMap<String, (usize, String)>,
}

impl Judge {
    /// Judges all that is said after a record; `world` is the state after it, and `place` says where this is.
    pub(crate) fn judge(&mut self, world: &World, record: &Record, place: &dyn Fn() -> String) {
        let said = story::said(world, record);
        let depths = [Depth::Program, Depth::Readiness, Depth::Kernel];
        let told = depths.map(|depth| story::narrate(world, record, depth));
        let rows = world.present().flat_map(|row| {
            let clock = |us: u64| format!("{us} us");
            let differs = looks::differs(world, row);
            let differs = differs.into_iter();
            let differs = differs.map(|difference| looks::sentence(&difference, &[row.row]).text);
            kernel::facts(row, &clock).into_iter().chain(differs)
        });
        let rows: Vec<String> = rows.collect();
        self.records += 1;
        self.sentences += told.iter().map(Vec::len).sum::<usize>() + rows.len();
        let of_calls = story::said_of_calls(world, record);
        let mut faults = faults(world, record, &of_calls, &told.concat());
        faults.extend(rows.iter().filter_map(|text| broken(world, text)));
        faults.extend(of_rows(world));
        faults.extend(crate::reported::faults(record, &told[0]));
        for fault in faults {
            let (count, _) = self
                .faults
                .entry(fault)
                .or_insert_with(|| (0, format!("{}: {:?}", place(), told[0])));
            *count += 1;
        }
        self.chosen.extend(said.into_iter().map(|said| said.key));
        if record.events.iter().any(|event| event.stale.is_some()) {
            self.tell(world, record);
        }
    }

    /// Keeps what is told of a record in full and in brief.
    pub(crate) fn tell(&mut self, world: &World, record: &Record) {
        let options = NarrationOptions {
            reader: Audience::Prompt,
            depth: Depth::Program,
            clock: &|us| format!("{us} us"),
        };
        self.told += &narration::narrate(world, record, options);
        self.told += &brief::narrate(world, record, options);
        for part in [Part::Lists, Part::Kernel] {
            self.told += &brief::part(world, record, part, options);
        }
    }
}

/// What is said that cannot be so: `said` are the sentences of the record's calls, in their order, and `text` is what was told.
pub(crate) fn faults(
    world: &World,
    record: &Record,
    said: &[SaidSentence],
    text: &[String],
) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    assert_eq!(said.len(), record.calls.len(), "a sentence for each call");
    for (place, (fact, said)) in record.calls.iter().zip(said).enumerate() {
        let sentence = BY_KEY[said.key.as_str()];
        let facts = fact.row.and_then(|row| world.row(row));
        let Some(facts) = facts.map(RowState::facts) else {
            continue;
        };
        let own = matches!(fact.by, CalledBy::Program);
        // A later accept() of the same record may have taken another one.
        let around = world.around(place);
        let took_filler = around.is_some_and(|around| around.after.is.contains(IsSo::TOOK_FILLER));
        let wrong = of_call(fact, sentence, &facts, took_filler).into_iter();
        // What the lab and a peer did is in the log alone, unless it was asked for.
        let wrong = wrong.filter(|what| own || what.contains("lab"));
        faults.extend(wrong.map(|what| format!("{}: {what}", said.key)));
        let again = record.calls[place + 1..].iter();
        let is_last = !again.into_iter().any(|later| later.row == fact.row);
        if own && is_last && record.looked {
            let wrong = of_the_looks(sentence, &facts).into_iter();
            faults.extend(wrong.map(|what| format!("{}: {what}", said.key)));
        }
    }
    faults.extend(text.iter().filter_map(|sentence| broken(world, sentence)));
    faults.extend(text.iter().filter_map(|sentence| badly_begun(sentence)));
    let counted = text.iter().filter(|sentence| !is_counted(record, sentence));
    faults.extend(counted.map(|sentence| format!("no call returned this count: {sentence}")));
    faults
}

/// What contradicts the facts after the call.
fn of_call(
    fact: &CallFact,
    sentence: &Sentence,
    facts: &Facts,
    took_filler: bool,
) -> Vec<&'static str> {
    let (long, short) = (sentence.long.as_str(), sentence.short.as_str());
    let says = |words: &str| long.contains(words) || short.contains(words);
    let is = |flag: IsSo| facts.is.contains(flag);
    let was = |flag: Happened| facts.past.happened.contains(flag);
    let unix = facts.family == Some(sockstep::model::addr::Family::Unix);
    let begun = Happened::BEGUN | Happened::CONNECTED | Happened::DISSOLVED;
    let begun = facts.past.happened.intersects(begun) || facts.end != EndKind::Client;
    let says_rst = says("RST") && !says("no RST") && !says("gets a RST");
    let checks = [
        (says_rst && unix, "RST of a unix socket"),
        (
            says_rst && !begun && fact_is_over(fact),
            "RST before SYN-SENT",
        ),
        (
            (says("obody watches") || says("not watched")) && is(IsSo::WATCHED),
            "nobody watches, and it is watched",
        ),
        (
            says("may still be open")
                && (facts.poll.is_some_and(|poll| poll.contains(PollMask::HUP))
                    || facts.tcp == Some(TcpState::Close)),
            "open, and it is closed",
        ),
        (
            (says("The lab ") || says("lab's own")) && fact.by != CalledBy::Lab && !took_filler,
            "the lab's, and it is not the lab's",
        ),
        (
            (says("onnected, then reset") || says("was connected"))
                && !(says("before it was connected") || says("nothing was connected"))
                && !was(Happened::CONNECTED),
            "connected, and it never was",
        ),
        (
            says("descriptor stays open") && !is(IsSo::OPEN),
            "an open descriptor, and there is none",
        ),
        (
            says("attempt still runs") && is(IsSo::MUST_RETRY),
            "an attempt, and none was begun",
        ),
    ];
    let wrong = checks.into_iter().filter(|(wrong, _)| *wrong);
    wrong.map(|(_, what)| what).collect()
}

/// What contradicts poll(2) and TCP, as they were looked at right after the call.
fn of_the_looks(sentence: &Sentence, facts: &Facts) -> Vec<&'static str> {
    let readiness = sentence.at(Depth::Readiness);
    let kernel = sentence.at(Depth::Kernel);
    let is_no = |flags| facts.poll.is_some_and(|poll| !poll.contains(flags));
    let is = |flags| facts.poll.is_some_and(|poll| poll.contains(flags));
    let tcp_is_no = |state| facts.tcp.is_some_and(|tcp| tcp != state);
    let ended = PollMask::IN | PollMask::OUT | PollMask::HUP | PollMask::RDHUP;
    let says_gone = ["ERR is gone", "takes ERR", "ERR goes away"];
    let says_gone = says_gone.into_iter().any(|words| readiness.contains(words));
    let checks = [
        (
            says_gone && is(PollMask::ERR),
            "ERR is gone, and it is there",
        ),
        (
            readiness.starts_with("poll says OUT and HUP") && is_no(PollMask::OUT | PollMask::HUP),
            "OUT and HUP, and they are not",
        ),
        (
            readiness.contains("IN, OUT, HUP and RDHUP stay true") && is_no(ended),
            "every flag of an end, and they are not",
        ),
        (
            readiness.starts_with("OUT is off") && is(PollMask::OUT),
            "OUT is off, and it is not",
        ),
        (
            (readiness.starts_with("IN is off")) && is(PollMask::IN),
            "IN is off, and it is not",
        ),
        (
            readiness.starts_with("IN stays true") && is_no(PollMask::IN),
            "IN, and it is not",
        ),
        (
            kernel.starts_with("TCP is in CLOSE")
                && !kernel.starts_with("TCP is in CLOSE or")
                && tcp_is_no(TcpState::Close),
            "CLOSE, and it is not",
        ),
        (
            kernel.starts_with("TCP is in SYN-SENT") && tcp_is_no(TcpState::SynSent),
            "SYN-SENT, and it is not",
        ),
        (
            kernel.ends_with("TCP stays in CLOSE.") && tcp_is_no(TcpState::Close),
            "CLOSE, and it is not",
        ),
        (
            kernel.ends_with(": CLOSE.") && tcp_is_no(TcpState::Close),
            "CLOSE, and it is not",
        ),
    ];
    let wrong = checks.into_iter().filter(|(wrong, _)| *wrong);
    wrong.map(|(_, what)| what).collect()
}

/// A setting speaks of a RST that may come.
fn fact_is_over(fact: &CallFact) -> bool {
    !matches!(fact.call, Call::SetOption { .. } | Call::Connect { .. })
}

/// What a row's panes say together.
fn of_rows(world: &World) -> Vec<String> {
    let mut faults = Vec::new();
    for row in world.present() {
        let facts = row.facts();
        let contrast = kernel::contrast(row).map_or("", |prose| prose.text.as_str());
        let asked = facts.past.taken.is_some()
            || facts
                .past
                .happened
                .intersects(Happened::END | Happened::BROKEN_PIPE);
        if contrast.contains("has not asked") && asked && facts.stage == Stage::Connected {
            faults.push(format!("'{contrast}', and it has asked"));
        }
        let word = narrate::facts::word(world, row);
        if facts.stage == Stage::Closed && word.starts_with("has ") {
            faults.push(format!("'{word}' of a closed row"));
        }
        let so_error = narrate::facts::so_error_in_words(row);
        if so_error.starts_with("another") && facts.past.taken.is_none() {
            faults.push(format!("'{so_error}', and there was none before"));
        }
        faults.extend(of_stage(row.facts(), &stages::meaning(row).text));
        if let Some(mask) = masks::of(row) {
            faults.extend(of_mask(row.facts(), &mask.means));
        }
        let queue = kernel::queue(row);
        let listener = world.peer_ends(row.row).into_iter().any(|end| {
            let end = world.row(end);
            end.is_some_and(|end| end.facts().end == EndKind::Listener && end.fd().is_some())
        });
        let closed = world.peer_ends(row.row).into_iter().any(|end| {
            let end = world.row(end);
            end.is_some_and(|end| {
                end.facts().end == EndKind::Listener && end.stage() == Stage::Closed
            })
        });
        // What was looked at before it closed may stand until the next look.
        if queue.is_some() && closed && !listener && world.looked_n == world.n {
            faults.push("an accept queue, and its listener is closed".to_owned());
        }
    }
    faults
}

/// What the words beside a stage say, and cannot be so.
fn of_stage(facts: Facts, text: &str) -> Vec<String> {
    let says = |words: &str| text.contains(words);
    let is = |flag: IsSo| facts.is.contains(flag);
    let unix = facts.family == Some(sockstep::model::addr::Family::Unix);
    let over = matches!(facts.tcp, Some(TcpState::Close));
    let checks = [
        (says("obody watches") && is(IsSo::WATCHED), "nobody watches"),
        (
            says("the poll watches") && !is(IsSo::WATCHED),
            "the poll watches",
        ),
        (
            says("descriptor exists") && (is(IsSo::BAD_FD) || !is(IsSo::OPEN)),
            "a descriptor",
        ),
        (
            says("descriptor stays open") && !is(IsSo::OPEN),
            "an open descriptor",
        ),
        (says("kernel works on it") && over, "the kernel works on it"),
        (says("there is a peer") && over, "there is a peer"),
        (
            (says("RST") || says("SYN") || says("handshake")) && unix,
            "a packet of a unix socket",
        ),
        (
            text.starts_with("A call has said") && facts.failure == Some(Failure::TimedOut),
            "a call said it",
        ),
    ];
    let wrong = checks.into_iter().filter(|(wrong, _)| *wrong);
    wrong
        .map(|(_, what)| format!("stage: '{what}', and it is not so: {text}"))
        .collect()
}

/// What the words beside a mask say, and cannot be so.
fn of_mask(facts: Facts, text: &str) -> Vec<String> {
    let says = |words: &str| text.contains(words);
    let unix = facts.family == Some(sockstep::model::addr::Family::Unix);
    let past = facts.past.happened;
    let checks = [
        (
            (says("FIN") || says("SYN") || says("reset")) && unix,
            "a packet of a unix socket",
        ),
        (
            says("never connected") && past.contains(Happened::CONNECTED),
            "never connected",
        ),
        (
            says("EAGAIN")
                && !facts.is.contains(IsSo::MUST_RETRY)
                && facts.stage != Stage::Listening,
            "EAGAIN",
        ),
        (
            says("Another CPU") && facts.is.contains(IsSo::ERROR_QUEUE),
            "another CPU",
        ),
        (
            says("sent its FIN") && facts.tcp == Some(TcpState::Established),
            "a FIN",
        ),
        (
            says("have closed your receiving") && !past.contains(Happened::SHUT_READ),
            "its own end",
        ),
    ];
    let wrong = checks.into_iter().filter(|(wrong, _)| *wrong);
    wrong
        .map(|(_, what)| format!("mask: '{what}', and it is not so: {text}"))
        .collect()
}

/// A sentence with a hole in it, or with more sockets than there are.
fn broken(world: &World, sentence: &str) -> Option<String> {
    let hole = sentence.split('{').skip(1).any(|rest| {
        let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
        !word.is_empty() && rest[word.len()..].starts_with('}')
    });
    if hole {
        return Some(format!("a hole: {sentence}"));
    }
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let one = words
        .windows(2)
        .any(|pair| pair[0] == "1" && pair[1].starts_with("bytes"));
    // A sentence is read in every face: a key of one of them means nothing in the others.
    let key = ["(c)", "Space ", " r begins", " r starts"];
    if let Some(key) = key.iter().find(|key| sentence.contains(*key)) {
        return Some(format!("the key '{}' in: {sentence}", key.trim()));
    }
    if one {
        return Some(format!("one of several: {sentence}"));
    }
    let more = words.windows(2).any(|pair| {
        let count: Option<usize> = pair[0].parse().ok();
        pair[1].starts_with("sockets") && count.is_some_and(|count| count > world.rows_ever())
    });
    more.then(|| format!("more sockets than there are: {sentence}"))
}

/// A sentence that begins with neither a capital letter, a number nor a call.
fn badly_begun(sentence: &str) -> Option<String> {
    let first = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    let is_call = BY_KEY
        .keys()
        .any(|key| key.split(' ').next() == Some(first));
    let capital = sentence.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let name = first == "mio";
    let ends = sentence.ends_with(['.', '?', '"']) || sentence.starts_with("Note: ");
    (!(capital || is_call || name) || !ends).then(|| format!("no sentence: {sentence}"))
}

/// Whether the bytes that a sentence counts are what calls returned.
fn is_counted(record: &Record, sentence: &str) -> bool {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let took = words.iter().position(|word| *word == "took");
    let Some(count) = took.and_then(|at| {
        let rest = &words[at + 1..];
        rest.iter()
            .take(2)
            .find_map(|word| word.parse::<i64>().ok())
    }) else {
        return true;
    };
    if !sentence.contains("byte") {
        return true;
    }
    let mut counts: BTreeMap<(Option<u32>, &str, &str, bool), Vec<i64>> = BTreeMap::new();
    for fact in &record.calls {
        let Some(outcome) = &fact.outcome else {
            continue;
        };
        let is_partial = match &fact.call {
            Call::Send { data, .. } => outcome.ret < data.size() as i64,
            _ => false,
        };
        if outcome.ret == count {
            return true;
        }
        if outcome.ret > 0 {
            let row = fact.row.map(|row| row.0);
            let key = (row, fact.call.name(), fact.by.word(), is_partial);
            counts.entry(key).or_default().push(outcome.ret);
        }
    }
    // What a socket did in two turns, with others in between, is said in two sentences.
    counts.values().any(|all| {
        let mut from = (0..all.len()).map(|first| &all[first..]);
        from.any(|rest| {
            let mut sum = 0;
            rest.iter().any(|one| {
                sum += one;
                sum == count
            })
        })
    })
}
