//! Random sessions on real sockets: any word at any moment.

use crate::judge::Judge;
use crate::live::{Live, Servers};
use std::ops::Range;

/// Where a session begins; what follows leads to servers that are not the lab's.
const TARGETS: &[&str] = &[
    "@open",
    "@refused",
    "@pending",
    "@reset",
    "@echo",
    "@never-accept",
    "@half-close",
    "@slow-reader",
    "@drip",
    "@urgent",
    "@self",
    "@unreachable",
    "@unix-full",
    "@two",
    "@two-silent",
    "@timeout",
];

/// What is asked, with `N` for a row; the first are asked more often.
const LINES: &[&str] = &[
    "tick",
    "tick",
    "tick 3",
    "tick wait",
    "look",
    "connect N",
    "so_error N",
    "getpeername N",
    "send N hello",
    "recv N",
    "recv N 2",
    "shutdown N wr",
    "shutdown N rd",
    "shutdown N rdwr",
    "close N",
    "accept N",
    "register N",
    "hand N on",
    "hand N off",
    "drain N",
    "fill N",
    "bulk N 300000",
    "urgent N !",
    "dup N",
    "disconnect N",
    "reset N",
    "restart N",
    "badfd N",
    "probe",
    "listen N 1",
    "queue N full",
    "queue N free",
    "accept N reset",
    "set N syncnt 2",
    "set N user_timeout 900",
    "set N user_timeout 0",
    "set N rcvbuf 4096",
    "set N sndbuf 4096",
    "set N rto_max 1000",
    "interest N rw",
    "interest N p",
    "bind N 127.0.0.1:0",
    "deadline N 1ms",
    "race N 1ms",
    "race N off",
    "autodrain on",
    "autodrain off",
    "interrupt N",
    "capacity 1",
    "capacity off",
    "delete N",
    "SERVER accept",
    "SERVER say",
    "SERVER hear",
    "SERVER close",
    "recv N",
    "send N x",
    "tick",
    "tick 2",
];

/// A session has so many lines.
const LENGTH: u64 = 24;

/// splitmix64
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// Plays the sessions of these seeds.
pub(crate) fn sessions(judge: &mut Judge, seeds: Range<u64>) {
    for seed in seeds {
        session(judge, seed);
    }
}

fn session(judge: &mut Judge, seed: u64) {
    let mut dice = Dice(seed);
    let mut servers = Servers::new();
    let own = servers.targets();
    let mut targets: Vec<&str> = TARGETS.to_vec();
    targets.extend(own.iter().map(String::as_str));
    let mut live = Live::new(seed);
    live.asked.push(format!("seed {seed}"));
    let how_many = 1 + dice.below(3);
    for _ in 0..how_many {
        let word = if dice.below(8) == 0 { "modes" } else { "add" };
        let target = dice.one(&targets);
        live.line(judge, &format!("{word} {target}"));
    }
    // Half of them come to their connections first.
    if dice.below(2) == 0 {
        live.line(judge, "tick 5");
    }
    for _ in 0..LENGTH {
        let line = dice.one(LINES);
        if let Some(act) = line.strip_prefix("SERVER ") {
            servers.act(act);
            continue;
        }
        let rows = live.session.world().rows_ever() as u64;
        let row = 1 + dice.below(rows.max(1));
        let words = line.split(' ').map(|word| match word {
            "N" => row.to_string(),
            word => word.to_owned(),
        });
        let line: Vec<String> = words.collect();
        live.line(judge, &line.join(" "));
    }
}
