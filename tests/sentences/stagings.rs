//! The situations that are staged for single sentences. Every sentence is said in one of them, in a script or in a recording: what only a random
//! session happens to say would be said on one day and not on another.

use sockstep::engine::AskKernel;

/// What is looked at, and what is asked. `SERVER` stands before what a server does, `AWAIT ROW` before a stage, a TCP state or
/// `returned`, which is waited for, and `COPY` before a row of whose descriptor somebody else takes a copy.
pub(crate) const STAGED: &[(AskKernel, &[&str])] = &[
    // Without looks nobody knows the kernel's state.
    (
        AskKernel::Off,
        &[
            "add @pending",
            "tick 4",
            "getpeername 1",
            "send 1 x",
            "recv 1",
            "so_error 1",
        ],
    ),
    (
        AskKernel::Off,
        &["modes @pending", "tick 4", "AWAIT 2 error", "so_error 2"],
    ),
    // The program's own time limit does not end the kernel's attempt.
    (
        AskKernel::On,
        &[
            "modes @pending",
            "tick 4",
            "AWAIT 2 error",
            "so_error 2",
            "queue 2 free",
            "AWAIT 2 ESTABLISHED",
            "so_error 2",
        ],
    ),
    (
        AskKernel::On,
        &[
            "add @pending @pending",
            "tick 2",
            "set 1 user_timeout 700",
            "set 2 user_timeout 700",
            "tick 2",
            "AWAIT 1 CLOSE",
            "recv 1",
            "AWAIT 2 CLOSE",
            "send 2 x",
        ],
    ),
    // An address that is none leads to this machine.
    (AskKernel::On, &["add ANY", "tick 7"]),
    (AskKernel::On, &["add OPEN", "tick", "bind 1 OWN"]),
    // Data comes when this end has shut both directions.
    (
        AskKernel::On,
        &[
            "add TCP",
            "tick 7",
            "SERVER accept",
            "shutdown 1 rdwr",
            "SERVER say",
            "so_error 1",
        ],
    ),
    // Unix peers that go: with bytes unread, with nothing unread, and half.
    (
        AskKernel::On,
        &[
            "add OPEN",
            "tick 7",
            "SERVER accept",
            "send 1 hello",
            "SERVER close",
            "recv 1",
            "recv 1",
            "so_error 1",
        ],
    ),
    (
        AskKernel::On,
        &[
            "add OPEN",
            "tick 7",
            "SERVER accept",
            "send 1 hello",
            "SERVER close",
            "so_error 1",
        ],
    ),
    (
        AskKernel::On,
        &[
            "add OPEN",
            "tick 7",
            "SERVER accept",
            "SERVER close",
            "recv 1",
            "connect 1",
            "send 1 x",
        ],
    ),
    (
        AskKernel::On,
        &[
            "add OPEN",
            "tick 7",
            "SERVER accept",
            "SERVER end",
            "recv 1",
        ],
    ),
    // Where a unix socket is connected already, connect() speaks of the address all the same.
    (
        AskKernel::On,
        &["add OPEN", "tick 7", "SERVER unlink", "connect 1"],
    ),
    // Whoever keeps a copy of a descriptor keeps epoll's entry.
    (
        AskKernel::On,
        &[
            "add TCP",
            "tick 7",
            "SERVER accept",
            "COPY 1",
            "close 1",
            "SERVER say",
            "tick 2",
        ],
    ),
    // And is heard of it when the row is another socket.
    (
        AskKernel::On,
        &[
            "add TCP",
            "tick 7",
            "SERVER accept",
            "COPY 1",
            "restart 1",
            "tick",
            "SERVER say",
            "tick 2",
        ],
    ),
    // A blocking send() that waits for room when the peer goes: only there does a unix socket tell the error and not EPIPE.
    (
        AskKernel::On,
        &[
            "modes OPEN",
            "tick 6",
            "SERVER accept",
            "SERVER accept",
            "SERVER accept",
            "bulk 1 4000000",
            "interrupt 1",
            "AWAIT 1 returned",
            "send 1 x",
            "SERVER close",
            "AWAIT 1 returned",
        ],
    ),
    // connect() waits for the answer.
    (AskKernel::On, &["modes @refused", "tick 5"]),
    // The connection ends before the result of connect() is asked for.
    (
        AskKernel::On,
        &["add @never-accept", "tick 5", "accept 1 reset"],
    ),
    (
        AskKernel::On,
        &[
            "add TCP",
            "tick 5",
            "SERVER accept",
            "SERVER close",
            "AWAIT 1 CLOSE-WAIT",
        ],
    ),
    // The reset is told by send().
    (
        AskKernel::On,
        &["add @reset", "tick 5", "AWAIT 1 CLOSE", "send 1 x"],
    ),
    // A byte of urgent data beside ordinary data, beside this end's end, and beside the peer's.
    (
        AskKernel::On,
        &["add @self", "tick 7", "send 1 hello", "urgent 1 !", "tick"],
    ),
    (
        AskKernel::On,
        &["add @self", "tick 7", "urgent 1 !", "shutdown 1 rd", "tick"],
    ),
    (
        AskKernel::On,
        &[
            "add @never-accept",
            "tick 7",
            "accept 1",
            "urgent 1 !",
            "shutdown 1 wr",
            "tick",
        ],
    ),
    // A unix socket that is shut here, and one whose error nobody takes.
    (
        AskKernel::On,
        &["add OPEN", "tick 7", "shutdown 1 rd", "recv 1"],
    ),
    (
        AskKernel::On,
        &["add OPEN", "tick 7", "shutdown 1 rdwr", "getpeername 1"],
    ),
    (
        AskKernel::On,
        &[
            "add OPEN",
            "tick 7",
            "SERVER accept",
            "send 1 hello",
            "SERVER close",
            "tick",
        ],
    ),
];
