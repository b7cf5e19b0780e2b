//! getaddrinfo(3) on a thread of its own, so that a slow name never freezes anything.

use super::errno::from_std;
use crate::model::addr::Addr;
use crate::model::call::{Out, Outcome};
use crate::model::errno::{EAI, Eai, Errno};
use dns_lookup::{AddrInfoHints, getaddrinfo};

/// Looks the name up on a new thread and hands the outcome to `answer` there.
///
/// # Errors
/// If the system gives no more threads; then nothing was asked.
pub fn on_a_thread(
    host: String,
    port: u16,
    answer: impl FnOnce(Outcome) + Send + 'static,
) -> std::io::Result<()> {
    std::thread::Builder::new()
        .name("resolver".to_owned())
        .spawn(move || answer(look_up(&host, port)))
        .map(|_| ())
}

/// One getaddrinfo(3) for TCP. The return value is its own; the addresses, without repeats and in its order, or the EAI name, are
/// what it wrote back.
pub fn look_up(host: &str, port: u16) -> Outcome {
    let hints = AddrInfoHints {
        socktype: libc::SOCK_STREAM,
        ..AddrInfoHints::default()
    };
    let list = match getaddrinfo(Some(host), Some(&port.to_string()), Some(hints)) {
        Ok(list) => list,
        Err(error) => {
            let code = match error.error_num() {
                // Nothing was asked: the name has a zero byte in it.
                0 => libc::EAI_NONAME,
                code => code,
            };
            let errno = (code == libc::EAI_SYSTEM).then(|| from_std(&error.into()));
            return failed(code, errno);
        }
    };
    let mut addrs = Vec::new();
    for addr in list.flatten().map(|entry| Addr::from_ip(entry.sockaddr)) {
        if !addrs.contains(&addr) {
            addrs.push(addr);
        }
    }
    if addrs.is_empty() {
        return failed(libc::EAI_NONAME, None);
    }
    Outcome {
        ret: 0,
        errno: None,
        out: Some(Out::Addrs(addrs)),
    }
}

fn failed(code: i32, errno: Option<Errno>) -> Outcome {
    let name = if cfg!(target_os = "linux") {
        EAI.iter().find(|(_, number)| *number == code)
    } else {
        by_libc(code)
    };
    let eai = name
        .and_then(|(name, _)| Eai::from_name(name))
        .or_else(|| Eai::from_name("EAI_FAIL"));
    Outcome {
        ret: i64::from(code),
        errno,
        out: eai.map(Out::Eai),
    }
}

/// Systems other than Linux number the codes differently; these are the ones libc names everywhere.
fn by_libc(code: i32) -> Option<&'static (&'static str, i32)> {
    let name = match code {
        libc::EAI_AGAIN => "EAI_AGAIN",
        libc::EAI_BADFLAGS => "EAI_BADFLAGS",
        libc::EAI_FAIL => "EAI_FAIL",
        libc::EAI_FAMILY => "EAI_FAMILY",
        libc::EAI_MEMORY => "EAI_MEMORY",
        libc::EAI_NONAME => "EAI_NONAME",
        libc::EAI_SERVICE => "EAI_SERVICE",
        libc::EAI_SOCKTYPE => "EAI_SOCKTYPE",
        libc::EAI_SYSTEM => "EAI_SYSTEM",
        _ => return None,
    };
    EAI.iter().find(|(known, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numeric_name_needs_no_server() {
        let outcome = look_up("127.0.0.1", 80);
        let expected = "127.0.0.1:80".parse().expect("a valid address");
        assert_eq!(outcome.out, Some(Out::Addrs(vec![expected])));
    }

    #[test]
    fn a_name_with_a_zero_byte_has_no_address() {
        assert_eq!(
            look_up("a\0b", 80).out,
            Eai::from_name("EAI_NONAME").map(Out::Eai)
        );
    }
}
