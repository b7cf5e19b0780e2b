//! getaddrinfo(3) on a thread of its own, so that a slow name never freezes anything.

#![expect(unsafe_code, reason = "getaddrinfo by hand, for its EAI codes")]

use super::errno::last_errno;
use crate::model::addr::Addr;
use crate::model::call::{Out, Outcome};
use crate::model::errno::{EAI, Eai};
use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

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
    let (Ok(host), Ok(service)) = (CString::new(host), CString::new(port.to_string())) else {
        return failed(libc::EAI_NONAME);
    };
    let hints = libc::addrinfo {
        ai_flags: 0,
        ai_family: libc::AF_UNSPEC,
        ai_socktype: libc::SOCK_STREAM,
        ai_protocol: 0,
        ai_addrlen: 0,
        ai_addr: std::ptr::null_mut(),
        ai_canonname: std::ptr::null_mut(),
        ai_next: std::ptr::null_mut(),
    };
    let mut list: *mut libc::addrinfo = std::ptr::null_mut();
    // SAFETY: both strings end in zero, the hints live through the call, and `list` is where the answer goes.
    let code = unsafe {
        libc::getaddrinfo(
            host.as_ptr(),
            service.as_ptr(),
            &raw const hints,
            &raw mut list,
        )
    };
    if code != 0 {
        return failed(code);
    }
    let mut addrs = Vec::new();
    let mut entry = list;
    while !entry.is_null() {
        // SAFETY: the list is as getaddrinfo made it, and is freed only below.
        let (addr, next) = unsafe { (read(&*entry), (*entry).ai_next) };
        if let Some(addr) = addr.filter(|addr| !addrs.contains(addr)) {
            addrs.push(addr);
        }
        entry = next;
    }
    // SAFETY: made by getaddrinfo, freed once, and no pointer into it is kept.
    unsafe { libc::freeaddrinfo(list) };
    if addrs.is_empty() {
        return failed(libc::EAI_NONAME);
    }
    Outcome {
        ret: 0,
        errno: None,
        out: Some(Out::Addrs(addrs)),
    }
}

/// # Safety
/// `entry` must come from getaddrinfo and not be freed yet.
unsafe fn read(entry: &libc::addrinfo) -> Option<Addr> {
    match entry.ai_family {
        libc::AF_INET => {
            // SAFETY: an AF_INET entry's address is a sockaddr_in.
            let v4 = unsafe { entry.ai_addr.cast::<libc::sockaddr_in>().read_unaligned() };
            let ip = Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr));
            Some(Addr::V4(SocketAddrV4::new(ip, u16::from_be(v4.sin_port))))
        }
        libc::AF_INET6 => {
            // SAFETY: an AF_INET6 entry's address is a sockaddr_in6.
            let v6 = unsafe { entry.ai_addr.cast::<libc::sockaddr_in6>().read_unaligned() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            Some(Addr::V6(SocketAddrV6::new(
                ip,
                u16::from_be(v6.sin6_port),
                0,
                v6.sin6_scope_id,
            )))
        }
        _ => None,
    }
}

fn failed(code: i32) -> Outcome {
    let name = if cfg!(target_os = "linux") {
        EAI.iter().find(|(_, number)| *number == code)
    } else {
        by_libc(code)
    };
    let eai = name
        .and_then(|(name, _)| Eai::from_name(name))
        .or_else(|| Eai::from_name("EAI_FAIL"));
    let errno = (code == libc::EAI_SYSTEM).then(last_errno);
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
