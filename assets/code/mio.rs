//! Non-blocking connect with mio (epoll) and rustix.
#![expect(clippy::print_stderr, clippy::disallowed_methods)]
use mio::{Events, Interest, Poll, Token, unix::SourceFd};
use rustix::{io::Errno, io::ioctl_fionbio, net, net::sockopt};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddrV4, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

fn wait(poll: &mut Poll, end: Instant) -> io::Result<()> {
    let mut events = Events::with_capacity(1);
    while events.is_empty() {
        let left = end.checked_duration_since(Instant::now());
        let left = left.ok_or(Errno::TIMEDOUT)?;
        let result = poll.poll(&mut events, Some(left)); //@ wait
        match result {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            result => result?,
        }
    }
    Ok(())
}

fn talk(addr: SocketAddrV4) -> io::Result<()> {
    let mut poll = Poll::new()?;
    let end = Instant::now() + Duration::from_secs(5);
    let kind = net::SocketType::STREAM;
    let fd = net::socket(net::AddressFamily::INET, kind, None)?; //@ socket
    ioctl_fionbio(&fd, true)?; //@ nonblocking
    let result = net::connect(&fd, &addr); //@ connect
    if result != Err(Errno::INPROGRESS) {
        result?; // Ok means connected at once
    }
    let raw = &fd.as_raw_fd();
    let rw = Interest::READABLE | Interest::WRITABLE;
    poll.registry().register(&mut SourceFd(raw), Token(0), rw)?; //@ register
    let mut peer = Err(Errno::NOTCONN);
    while peer == Err(Errno::NOTCONN) {
        wait(&mut poll, end)?; // an event is only a hint
        sockopt::socket_error(&fd)??; //@ so_error
        peer = net::getpeername(&fd); //@ getpeername
    }
    peer?;
    let mut stream = TcpStream::from(fd);
    stream.write_all(b"ping\n")?; // has room for 5 bytes //@ send
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        let result = reader.read_until(b'\n', &mut line); //@ recv
        match result {
            Ok(_) => break,
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
        wait(&mut poll, end)?;
    }
    drop(reader); //@ close
    io::stdout().write_all(&line)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let addr = args.join(":").parse().expect("HOST_IP PORT");
    let Err(error) = talk(addr) else { return };
    let name = match Errno::from_io_error(&error) {
        Some(Errno::CONNREFUSED) => "ECONNREFUSED",
        Some(Errno::CONNRESET) => "ECONNRESET",
        Some(Errno::HOSTUNREACH) => "EHOSTUNREACH",
        Some(Errno::NETUNREACH) => "ENETUNREACH",
        Some(Errno::TIMEDOUT) => "ETIMEDOUT",
        _ => &error.to_string(),
    };
    eprintln!("{name}");
    std::process::exit(1);
}
