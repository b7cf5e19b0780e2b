//! What a lesson expects of a program, as far as it can be proven without one: that its peers can be served, and that what must never be so is
//! not so of this program's own session with them, which is a right client.

use super::program::RunMarker;
use crate::engine::Options;
use crate::language::lesson::PeerExpectations;
use crate::language::request::Frontend;
use crate::language::{self};
use crate::os::lab::peers::{self, PeerPlace};
use crate::os::lab::serve::why_not;
use crate::run::driver::lines::{self, LineContext, LineResult};
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{Reply, go_on_if};

/// A right client's session: up to its result, and a little further.
const SESSION: [&str; 1] = ["tick 8"];

/// What is wrong with what is expected at one peer, each with its line; and how many of the claims the session showed.
///
/// # Errors
/// If no session can begin.
pub(super) fn check(
    peer: &PeerExpectations,
    options: Options,
) -> anyhow::Result<(Vec<String>, usize)> {
    let at = |what: &str| format!("line {}: {what}", peer.line);
    let Some(spec) = peers::find(&peer.peer) else {
        return Ok((vec![at(&format!("the lab has no '@{}'", peer.peer))], 0));
    };
    if let Some(why) = why_not(spec) {
        let what = format!("@{} cannot be served: {why}", peer.peer);
        return Ok((vec![at(&what)], 0));
    }
    if matches!(spec.place, PeerPlace::Unix(_)) {
        let what = format!("@{} has no port, so that no program finds it", peer.peer);
        return Ok((vec![at(&what)], 0));
    }
    let mut marker = RunMarker::new(Some(peer), None);
    let (mut live, packets) = LiveDriver::that_rings(options, Vec::new())?;
    let mut context = LineContext::new(&|| false, &packets);
    let add = format!("add @{}", peer.peer);
    let all = std::iter::once(add.as_str()).chain(SESSION);
    for line in all {
        let Ok(request) = language::parse(line, Frontend::Script) else {
            continue;
        };
        let mut take = |reply: Reply<'_>| {
            if let Reply::Made { record, world } = reply {
                marker.take(&record, world);
            }
            go_on_if(true)
        };
        if let LineResult::Failed(why) = lines::run(&mut live, &request, &mut context, &mut take) {
            return Ok((vec![at(&format!("{line}: {why}"))], 0));
        }
    }
    let (broken, shown) = marker.shown();
    let faults = broken.into_iter().map(|words| {
        at(&format!(
            "{words}: a right client shows it, as this session did"
        ))
    });
    Ok((faults.collect(), shown))
}
