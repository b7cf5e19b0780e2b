//! Non-blocking connect with mio (epoll) and rustix.
#![expect(clippy::print_stderr)]
use mio::{Events, Interest, Poll, Token, unix::SourceFd};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{self, AddressFamily, SocketType, sockopt};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddrV4, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

fn wait(poll: &mut Poll, deadline: Instant) -> io::Result<()> {
    let mut events = Events::with_capacity(1);
    while events.is_empty() {
        let left = deadline.checked_duration_since(Instant::now());
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
    let deadline = Instant::now() + Duration::from_secs(5);
    let kind = SocketType::STREAM;
    let fd = net::socket(AddressFamily::INET, kind, None)?; //@ socket
    ioctl_fionbio(&fd, true)?; //@ nonblocking
    let result = net::connect(&fd, &addr); //@ connect
    if result != Err(Errno::INPROGRESS) {
        result?; // 0 means connected at once
    }
    let number = fd.as_raw_fd();
    let mut source = SourceFd(&number);
    let both = Interest::READABLE | Interest::WRITABLE;
    poll.registry().register(&mut source, Token(0), both)?; //@ register
    let mut peer = Err(Errno::NOTCONN);
    while peer == Err(Errno::NOTCONN) {
        wait(&mut poll, deadline)?; // the event is only a hint
        sockopt::socket_error(&fd)??; //@ so_error
        peer = net::getpeername(&fd); //@ getpeername
    }
    peer?;
    let mut stream = TcpStream::from(fd);
    stream.write_all(b"ping\n")?; //@ send
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        let result = reader.read_until(b'\n', &mut line); //@ recv
        match result {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            result => break result?,
        };
        wait(&mut poll, deadline)?; // the answer is not all here
    };
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
