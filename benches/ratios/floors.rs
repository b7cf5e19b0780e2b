//! What the same work costs without this program around it: a ratatui program that draws a table, the looks of one tick, the connects of
//! an epoll loop; and the listeners that take them all. Each is a program of its own: `ratios --floor NAME`.

use crossterm::event::{Event, KeyCode, read};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Row, Table};
use rustix::event::{
    FdSetElement, PollFd, PollFlags, Timespec, epoll, fd_set_insert, fd_set_num_elements,
};
use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

/// Runs what `--floor` names.
pub(crate) fn run(words: &[String]) -> std::io::Result<()> {
    let numbers: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    match (words.first().map(String::as_str), numbers.as_slice()) {
        (Some("screen"), _) => screen(),
        (Some("sink"), _) => sink(),
        (Some("looks"), [count, ports @ ..]) => looks(*count, ports),
        (Some("connects"), [count, ports @ ..]) => connects(*count, ports),
        _ => Err(std::io::Error::other(
            "screen, sink, looks COUNT PORT..., connects COUNT PORT...",
        )),
    }
}

/// One table and one paragraph, drawn again on every key.
fn screen() -> std::io::Result<()> {
    let mut terminal = ratatui::init();
    let (mut keys, mut selected) = (0_u64, 0_usize);
    loop {
        terminal.draw(|frame| {
            let columns = Layout::horizontal([Constraint::Fill(2), Constraint::Fill(1)]);
            let [left, right] = columns.areas(frame.area());
            let rows = (0..40).map(|row| {
                let style = match row == selected {
                    true => Style::new().reversed(),
                    false => Style::new(),
                };
                let cells = [
                    format!("{row}"),
                    format!("127.0.0.1:{}", 8000 + row),
                    format!("pending {keys}"),
                ];
                Row::new(cells).style(style)
            });
            let widths = [
                Constraint::Length(4),
                Constraint::Fill(1),
                Constraint::Length(20),
            ];
            let table = Table::new(rows, widths).block(Block::bordered().title("sockets"));
            frame.render_widget(table, left);
            let tick = Paragraph::new(Line::from(format!("tick {keys}")));
            frame.render_widget(tick.block(Block::bordered()), right);
        })?;
        if let Event::Key(key) = read()? {
            if key.code == KeyCode::Char('q') {
                break;
            }
            keys += 1;
            selected = (selected + 1) % 40;
        }
    }
    ratatui::restore();
    Ok(())
}

/// Four listeners that accept everything and keep it, until standard input ends; prints their ports.
fn sink() -> std::io::Result<()> {
    more_descriptors();
    let listeners: Vec<OwnedFd> = (0..4).map(|_| listener()).collect::<std::io::Result<_>>()?;
    let ports: Vec<String> = listeners.iter().map(port).collect::<std::io::Result<_>>()?;
    println!("{}", ports.join(" "));
    std::io::stdout().flush()?;
    let input = std::io::stdin();
    let mut held = Vec::new();
    loop {
        let mut fds: Vec<PollFd<'_>> = listeners
            .iter()
            .map(|fd| PollFd::new(fd, PollFlags::IN))
            .collect();
        fds.push(PollFd::new(&input, PollFlags::IN));
        rustix::event::poll(&mut fds, None)?;
        if !fds.last().is_some_and(|fd| fd.revents().is_empty()) {
            return Ok(());
        }
        for listener in &listeners {
            while let Ok(fd) = rustix::net::accept(listener) {
                held.push(fd);
            }
        }
    }
}

fn listener() -> std::io::Result<OwnedFd> {
    let fd = socket()?;
    rustix::io::ioctl_fionbio(&fd, true)?;
    rustix::net::bind(&fd, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
    rustix::net::listen(&fd, 4096)?;
    Ok(fd)
}

fn port(fd: &OwnedFd) -> std::io::Result<String> {
    let listener = TcpListener::from(fd.try_clone()?);
    Ok(listener.local_addr()?.port().to_string())
}

fn socket() -> rustix::io::Result<OwnedFd> {
    rustix::net::socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )
}

/// As many descriptors as the hard limit allows.
pub(crate) fn more_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

fn address(ports: &[usize], at: usize) -> SocketAddrV4 {
    let port = ports
        .get(at % ports.len().max(1))
        .copied()
        .unwrap_or_default();
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port as u16)
}

/// So long lies between two rounds of looks, as between two keys that are measured: what is not in the caches then is not there for either.
const BETWEEN: Duration = Duration::from_millis(60);

/// One tick's looks of so many sockets: poll(2) of all, select(2) of those below 1024, TCP_INFO and a level epoll of 40. Prints the median
/// of their sum in ms.
fn looks(count: usize, ports: &[usize]) -> std::io::Result<()> {
    more_descriptors();
    let mut streams = Vec::new();
    for at in 0..count {
        streams.push(TcpStream::connect(address(ports, at))?);
    }
    let below: Vec<i32> = streams
        .iter()
        .map(AsRawFd::as_raw_fd)
        .filter(|fd| *fd < 1024)
        .collect();
    let size = below.iter().max().map_or(0, |fd| fd + 1);
    let zero = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let mut rounds = Vec::new();
    let asked = PollFlags::IN | PollFlags::OUT | PollFlags::PRI | PollFlags::RDHUP;
    let mut fds: Vec<PollFd<'_>> = streams
        .iter()
        .map(|stream| PollFd::new(stream, asked))
        .collect();
    for _ in 0..60 {
        let begun = Instant::now();
        rustix::event::poll(&mut fds, Some(&zero))?;
        let mut sets =
            [(); 3].map(|()| vec![FdSetElement::default(); fd_set_num_elements(below.len(), size)]);
        for set in &mut sets {
            for fd in &below {
                fd_set_insert(set, *fd);
            }
        }
        let [read, write, except] = &mut sets;
        select(size, read, write, except, &zero)?;
        for stream in streams.iter().take(40) {
            tcp_info(stream);
        }
        level_epoll(&streams)?;
        rounds.push(begun.elapsed());
        std::thread::sleep(BETWEEN);
    }
    rounds.sort();
    println!("{}", rounds[rounds.len() / 2].as_secs_f64() * 1e3);
    Ok(())
}

#[expect(
    unsafe_code,
    reason = "select(2) takes numbers, which the streams above keep open"
)]
fn select(
    size: i32,
    read: &mut [FdSetElement],
    write: &mut [FdSetElement],
    except: &mut [FdSetElement],
    zero: &Timespec,
) -> std::io::Result<i32> {
    // SAFETY: each number is open as long as the caller's streams are.
    Ok(unsafe { rustix::event::select(size, Some(read), Some(write), Some(except), Some(zero)) }?)
}

#[expect(unsafe_code, reason = "no safe call has TCP_INFO")]
fn tcp_info(stream: &TcpStream) {
    let mut info = [0_u8; 256];
    let mut length = info.len() as libc::socklen_t;
    // SAFETY: the buffer is as long as `length` says, and the kernel writes no more.
    unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &raw mut length,
        );
    }
}

fn level_epoll(streams: &[TcpStream]) -> std::io::Result<()> {
    let asks = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    for (at, stream) in streams.iter().take(40).enumerate() {
        let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT;
        epoll::add(&asks, stream, epoll::EventData::new_u64(at as u64), flags)?;
    }
    wait(&asks, Duration::ZERO).map(drop)
}

/// The events that wait, as their data.
fn wait(asks: &OwnedFd, limit: Duration) -> std::io::Result<Vec<usize>> {
    let mut events = Vec::with_capacity(1024);
    let limit = Timespec {
        tv_sec: limit.as_secs() as i64,
        tv_nsec: limit.subsec_nanos().into(),
    };
    epoll::wait(
        asks,
        rustix::buffer::spare_capacity(&mut events),
        Some(&limit),
    )?;
    Ok(events
        .iter()
        .map(|event| event.data.u64() as usize)
        .collect())
}

/// So many connects by one edge-triggered epoll, SO_ERROR read once a socket, and nothing else. Prints how many there are.
fn connects(count: usize, ports: &[usize]) -> std::io::Result<()> {
    more_descriptors();
    let asks = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let mut fds = Vec::with_capacity(count);
    for at in 0..count {
        let fd = socket()?;
        rustix::io::ioctl_fionbio(&fd, true)?;
        match rustix::net::connect(&fd, &address(ports, at)) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = epoll::EventFlags::IN
            | epoll::EventFlags::OUT
            | epoll::EventFlags::RDHUP
            | epoll::EventFlags::ET;
        epoll::add(&asks, &fd, epoll::EventData::new_u64(at as u64), flags)?;
        fds.push(Some(fd));
    }
    let (mut kept, mut done) = (Vec::with_capacity(count), 0);
    while done < count {
        let events = wait(&asks, Duration::from_secs(5))?;
        if events.is_empty() {
            break;
        }
        for at in events {
            let Some(fd) = fds.get_mut(at).and_then(Option::take) else {
                continue;
            };
            if sockopt::socket_error(&fd)?.is_ok() {
                done += 1;
            }
            kept.push(fd);
        }
    }
    println!("{done}");
    Ok(())
}
