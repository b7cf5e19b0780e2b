//! Calls that are really made, on loopback.

use super::*;
use crate::model::ids::Fd;

/// Makes a call that must be possible.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a call is written where it is made"
)]
fn made(descriptors: &mut Descriptors, call: Call) -> Outcome {
    perform(&call, descriptors).unwrap_or_else(|| panic!("{call:?} names an open descriptor"))
}

fn fd(outcome: &Outcome) -> Fd {
    Fd(i32::try_from(outcome.ret).expect("a descriptor"))
}

/// A blocking client that is connected to a listener, and the listener's address.
fn connected() -> (Descriptors, Fd, Addr, std::net::TcpListener) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = Addr::from_ip(listener.local_addr().expect("its address"));
    let mut descriptors = Descriptors::default();
    let family = addr.family();
    let socket = fd(&made(&mut descriptors, Call::socket(family)));
    let call = Call::Connect {
        fd: socket,
        addr: addr.clone(),
    };
    assert_eq!(made(&mut descriptors, call), Outcome::ok(0));
    (descriptors, socket, addr, listener)
}

#[test]
fn a_second_name_keeps_the_socket_open() {
    let (mut descriptors, first, _, _listener) = connected();
    let second = fd(&made(&mut descriptors, Call::Dup { fd: first }));
    assert_ne!(first, second);
    let closed = made(&mut descriptors, Call::Close { fd: first });
    assert_eq!(closed, Outcome::ok(0));
    assert!(!descriptors.has(first) && descriptors.has(second));
    let data = Payload::Bytes(b"hello".to_vec());
    let sent = made(&mut descriptors, Call::Send { fd: second, data });
    assert_eq!(sent, Outcome::ok(5));
    assert_eq!(perform(&Call::Dup { fd: first }, &mut descriptors), None);
}

#[test]
fn a_disconnected_socket_has_no_other_end_and_connects_again() {
    let (mut descriptors, fd, addr, _listener) = connected();
    let peer = |descriptors: &mut Descriptors| made(descriptors, Call::Getpeername { fd }).errno;
    assert_eq!(peer(&mut descriptors), None);
    let done = made(&mut descriptors, Call::Disconnect { fd });
    assert_eq!(done, Outcome::ok(0));
    assert_eq!(peer(&mut descriptors), Some(Errno::ENOTCONN));
    let again = made(&mut descriptors, Call::Connect { fd, addr });
    assert_eq!(again, Outcome::ok(0));
    assert_eq!(peer(&mut descriptors), None);
}
