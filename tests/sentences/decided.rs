//! What decides the question of a lesson, said of a session on real sockets.

use crate::judge::Judge;
use crate::live::Live;
use sockstep::language::claim::pattern::Conjunction;
use sockstep::narrate::decided;

/// A claim of each kind that a choice may make, true or not.
const CLAIMS: &[&str] = &[
    "1 call connect EINPROGRESS",
    "1 call getsockopt ECONNREFUSED",
    "2 peer call send ok",
    "1 stuck recv",
    "1 so_error ECONNREFUSED",
    "1 bytes hello",
    "1 poll IN|OUT",
    "1 has IN",
    "1 select R|W|X",
    "1 select EBADF",
    "1 reported READABLE",
    "new writable 1",
    "readable 1 and writable 2",
    "events 2",
    "1 stage error",
    "1 errno ECONNREFUSED",
    "1 kernel CLOSE",
    "1 client -",
    "1 server -",
    "1 syns 1",
    "1 unacked 1",
    "1 queue 1",
    "1 port",
    "1 mode blocking",
    "wire held 1",
    "wire packets 1",
    "1 made connect 1",
];

/// Says all of them, and one of a socket that is not there.
pub(crate) fn all(judge: &mut Judge) {
    let mut live = Live::new(1);
    for line in ["add @refused @half-close", "tick 7"] {
        live.line(judge, line);
    }
    for claim in CLAIMS.iter().copied().chain(["9 poll IN", "9 call recv 5"]) {
        let claim = Conjunction::parse(claim).expect(claim);
        let sentence = decided::sentence(&claim, live.session.world());
        assert!(
            sentence.starts_with("Seen: ") && !sentence.contains(['{', '}']),
            "{claim}: {sentence}"
        );
        judge.told += &sentence;
        judge.told += "\n";
    }
}
