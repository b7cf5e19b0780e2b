//! The tick table on the real kernel: stages in order, the right end, the right errno.

mod support;

use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use support::{last_tick, stages, trace};

const WALK: [&str; 5] = [
    "created",
    "non-blocking",
    "connect attempted",
    "pending",
    "writable",
];

fn walk_to(end: &str) -> Vec<String> {
    WALK.iter()
        .copied()
        .chain([end])
        .map(str::to_owned)
        .collect()
}

#[test]
fn an_open_port_takes_exactly_seven_ticks() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let trace = trace(&[&target]);
    assert_eq!(stages(&trace, 1), walk_to("connected"));
    assert_eq!(last_tick(&trace), 7);
}

#[test]
fn a_closed_port_takes_exactly_six_ticks() {
    // Bound and not listening: nobody else can take the port meanwhile.
    let trace = trace(&["@refused"]);
    assert_eq!(stages(&trace, 1), walk_to("error ECONNREFUSED"));
    assert_eq!(last_tick(&trace), 6);
}

#[test]
fn ipv6_walks_the_same_way() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        return support::skip("there is no IPv6 loopback");
    };
    let target = listener.local_addr().expect("its address").to_string();
    let trace = trace(&[&target]);
    assert_eq!(stages(&trace, 1), walk_to("connected"));
    assert_eq!(last_tick(&trace), 7);
}

#[test]
fn a_unix_socket_is_connected_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a socket");
    let _listener = UnixListener::bind(&path).expect("a unix listener");
    let trace = trace(&[&format!("unix:{}", path.display())]);
    assert_eq!(
        stages(&trace, 1),
        ["created", "non-blocking", "connect attempted", "connected"]
    );
    let record = trace
        .iter()
        .find(|record| record["tick"] == 3)
        .expect("tick 3");
    let connect = record["calls"]
        .as_array()
        .expect("calls")
        .iter()
        .find(|call| call["call"] == "connect");
    assert_eq!(connect.expect("a connect")["ret"], 0);
    assert_eq!(
        record["stages"].as_array().expect("stages").len(),
        2,
        "both stages are entered in one record"
    );
}

#[test]
fn a_missing_unix_path_is_an_error_at_once() {
    let trace = trace(&["unix:/nonexistent/sock"]);
    assert_eq!(
        stages(&trace, 1),
        [
            "created",
            "non-blocking",
            "connect attempted",
            "error ENOENT"
        ]
    );
}

#[test]
fn a_full_unix_queue_says_try_again_and_waiting_never_helps() {
    use std::os::linux::net::SocketAddrExt;
    let name = format!("sockstep-test-{}", std::process::id());
    let addr = std::os::unix::net::SocketAddr::from_abstract_name(&name).expect("a name");
    let listener = UnixListener::bind_addr(&addr).expect("a listener");
    // The queue of std's listener takes many; fill it without accepting.
    rustix::net::listen(&listener, 0).expect("listening again sets the backlog");
    let _filler =
        std::os::unix::net::UnixStream::connect_addr(&addr).expect("the one place in the queue");
    let trace = trace(&[&format!("unix:@{name}"), "--timeout", "300ms"]);
    assert_eq!(
        stages(&trace, 1),
        ["created", "non-blocking", "connect attempted"]
    );
    let connect = trace
        .iter()
        .flat_map(|record| record["calls"].as_array().cloned().unwrap_or_default());
    let errnos: Vec<_> = connect
        .filter(|call| call["call"] == "connect")
        .map(|call| call["errno"].clone())
        .collect();
    assert_eq!(errnos, ["EAGAIN"]);
}

#[test]
fn a_name_is_resolved_before_there_is_a_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    let trace = trace(&[&format!("localhost:{port}"), "--check"]);
    let stages = stages(&trace, 1);
    assert_eq!(stages[0], "resolving");
    assert_eq!(stages[1], "created");
    assert_eq!(stages.last().map(String::as_str), Some("connected"));
}

#[test]
fn the_next_address_of_a_name_is_the_next_attempt() {
    // Only 127.0.0.1 listens; where localhost is ::1 as well, that is refused first.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    let trace = trace(&[&format!("localhost:{port}")]);
    let created = stages(&trace, 1)
        .iter()
        .filter(|stage| *stage == "created")
        .count();
    let addresses = trace
        .iter()
        .flat_map(|record| record["calls"].as_array().cloned().unwrap_or_default())
        .find(|call| call["call"] == "getaddrinfo" && call["ret"] == 0)
        .expect("an answered lookup");
    let list: Vec<&str> = addresses["out"]
        .as_str()
        .expect("addresses")
        .split(' ')
        .collect();
    let open = list
        .iter()
        .position(|addr| addr.starts_with("127."))
        .expect("127.0.0.1 is among them");
    assert_eq!(
        created,
        open + 1,
        "one socket for each address up to the open one: {list:?}"
    );
}

#[test]
fn an_unknown_name_fails_with_a_code_of_its_own() {
    let trace = trace(&["no-such-name.invalid:80"]);
    let stages = stages(&trace, 1);
    assert_eq!(stages[0], "resolving");
    assert!(stages[1].starts_with("error EAI_"), "{stages:?}");
}

#[test]
fn a_full_queue_stays_pending_until_its_deadline() {
    let trace = trace(&["@pending", "--timeout", "400ms"]);
    assert_eq!(
        stages(&trace, 1),
        ["created", "non-blocking", "connect attempted", "pending"]
    );
    let states: Vec<_> = trace
        .iter()
        .flat_map(|record| record["looks"].as_array().cloned().unwrap_or_default())
        .filter_map(|look| look["tcp"]["state"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(states.last().map(String::as_str), Some("SYN-SENT"));
}

#[test]
fn an_unreachable_network_is_an_error_at_once() {
    let trace = trace(&["127.255.255.255:9"]);
    assert_eq!(
        stages(&trace, 1),
        [
            "created",
            "non-blocking",
            "connect attempted",
            "error ENETUNREACH"
        ]
    );
    assert_eq!(last_tick(&trace), 3);
}

#[test]
fn a_reset_connection_is_told_apart_only_by_so_error() {
    let trace = trace(&["@refused", "@reset"]);
    assert_eq!(stages(&trace, 1), walk_to("error ECONNREFUSED"));
    assert_eq!(stages(&trace, 2), walk_to("error ECONNRESET"));
    let masks = |row: u64| -> Vec<serde_json::Value> {
        trace
            .iter()
            .filter(|record| {
                record["tick"].as_u64() == Some(3) || record["tick"].as_u64() == Some(4)
            })
            .flat_map(|record| record["looks"].as_array().cloned().unwrap_or_default())
            .filter(|look| look["socket"] == row)
            .map(|look| look["poll"].clone())
            .collect()
    };
    assert_eq!(masks(1).last(), masks(2).last());
}

#[test]
fn the_masks_are_those_of_the_manual() {
    let trace = trace(&["@open", "@refused", "@pending", "--timeout", "300ms"]);
    let at_tick = |tick: u64, row: u64| -> Vec<String> {
        let mut last = Vec::new();
        for record in trace
            .iter()
            .filter(|record| record["tick"].as_u64().is_some_and(|t| t <= tick))
        {
            for look in record["looks"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|look| look["socket"] == row)
            {
                if let Some(mask) = look["poll"].as_array() {
                    last = mask
                        .iter()
                        .map(|flag| flag.as_str().expect("a flag").to_owned())
                        .collect();
                }
            }
        }
        last
    };
    // A new socket, an established one, one that was refused, the same after SO_ERROR was read, one in SYN-SENT.
    assert_eq!(at_tick(1, 1), ["OUT", "HUP"]);
    assert_eq!(at_tick(5, 1), ["OUT"]);
    assert_eq!(at_tick(5, 2), ["IN", "OUT", "ERR", "HUP", "RDHUP"]);
    assert_eq!(at_tick(6, 2), ["IN", "OUT", "HUP", "RDHUP"]);
    assert_eq!(at_tick(7, 3), Vec::<String>::new());
}

#[test]
fn looks_off_writes_no_look() {
    let trace = trace(&["@open", "--looks", "off"]);
    assert!(
        trace
            .iter()
            .all(|record| record["looks"].as_array().is_none_or(Vec::is_empty))
    );
}

#[test]
fn ticks_end_a_run_before_it_is_settled() {
    let output = support::sockstep(&["run", "--json", "--ticks", "2", "@open"]);
    let trace = support::json_lines(&support::stdout(&output));
    assert_eq!(last_tick(&trace), 2);
    assert_eq!(stages(&trace, 1), ["created", "non-blocking"]);
}

#[test]
fn too_many_open_files_is_an_ordinary_outcome() {
    let script = format!(
        "ulimit -n 24; exec {} run --plain --timeout 2s $(for i in $(seq 30); do echo 127.0.0.1:9; done)",
        support::SOCKSTEP
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{}", support::stderr(&output));
    let text = support::stdout(&output);
    assert!(text.contains("error EMFILE"), "{text}");
    assert!(text.contains("error ECONNREFUSED"), "{text}");
}

#[test]
fn readable_only_hears_nothing_of_success() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let trace = trace(&[&target, "--interest", "r", "--timeout", "300ms"]);
    assert_eq!(
        stages(&trace, 1).last().map(String::as_str),
        Some("pending")
    );
    // And the connection is there all the same.
    let _: (TcpStream, _) = listener
        .accept()
        .expect("the connection waits in the queue");
}
