//! Non-blocking connect with tokio: .await does the waiting.
#![expect(clippy::print_stderr, clippy::disallowed_methods)]
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddrV4;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::io::{BufReader, Interest};
use tokio::net::TcpStream;
use tokio::time::timeout;

async fn talk(addr: SocketAddrV4) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr).await?; //@ socket nonblocking connect register wait so_error

    // As long as this says "would block", tokio waits again.
    let connected = || {
        if let Some(late_failure) = stream.take_error()? {
            return Err(late_failure);
        }
        let peer = stream.peer_addr(); //@ getpeername
        let not_yet = io::Error::from(ErrorKind::WouldBlock);
        peer.map_err(|error| match error.kind() {
            ErrorKind::NotConnected => not_yet,
            _ => error,
        })
    };
    stream.async_io(Interest::WRITABLE, connected).await?;

    stream.write_all(b"ping\n").await?; //@ send
    let mut line = Vec::new();
    let mut reader = BufReader::new(stream);
    reader.read_until(b'\n', &mut line).await?; //@ recv
    drop(reader); //@ close
    io::stdout().write_all(&line)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let addr = args.join(":").parse().expect("HOST_IP PORT");
    let limit = Duration::from_secs(5);
    let error = match timeout(limit, talk(addr)).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error,
        Err(elapsed) => elapsed.into(),
    };
    let name = match error.kind() {
        ErrorKind::ConnectionRefused => "ECONNREFUSED",
        ErrorKind::ConnectionReset => "ECONNRESET",
        ErrorKind::HostUnreachable => "EHOSTUNREACH",
        ErrorKind::NetworkUnreachable => "ENETUNREACH",
        ErrorKind::TimedOut => "ETIMEDOUT",
        _ => &error.to_string(),
    };
    eprintln!("{name}");
    std::process::exit(1);
}
