//! The clients of the lessons: small programs that this one becomes when it is started by their word, so that a lesson can step a program
//! without anything else on this machine. Each says what it believes, line by line; `A` is as its author wrote it, and `B` is mended.

mod broken;
mod calls;
mod waits;

use crate::model::client::LessonClient;
use std::io::Write;
use std::net::SocketAddrV4;
use std::process::ExitCode;

/// The word that makes this program a client of the lessons.
pub const CLIENT: &str = "__client";

/// What a client came to.
type Ended = Result<(), std::io::Error>;

/// The client that the arguments behind [`CLIENT`] name: its name, an address and a port. To be called before any thread is started.
pub fn run() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(2).collect();
    let found = match words.as_slice() {
        [name, host, port] => LessonClient::find(name).zip(address(host, port)),
        _ => None,
    };
    let Some((client, to)) = found else {
        let _ = writeln!(
            std::io::stderr(),
            "sockstep: this is an inner part of the lessons and is of no use by itself"
        );
        return ExitCode::from(2);
    };
    let ended = match client {
        LessonClient::WritableMeansConnected => broken::writable_means_connected(to),
        LessonClient::ReadableOnly => broken::readable_only(to),
        LessonClient::RegisteredTooEarly => broken::registered_too_early(to),
        LessonClient::EdgeWithoutDraining => broken::edge_without_draining(to),
        LessonClient::SameDescriptorAgain => broken::same_descriptor_again(to),
        LessonClient::SoErrorTwice => broken::so_error_twice(to),
        LessonClient::WaysToAsk => waits::ways_to_ask(to),
        LessonClient::ThreeInSelect => waits::three_in_select(to),
        // Another program is run in its place.
        LessonClient::Asyncio => Ok(()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            calls::say(&format!("it ends here: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn address(host: &str, port: &str) -> Option<SocketAddrV4> {
    Some(SocketAddrV4::new(host.parse().ok()?, port.parse().ok()?))
}
