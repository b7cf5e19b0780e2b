//! What each errno means and what a correct program does next.

use super::assets;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The texts of one errno or EAI code.
#[derive(Debug, Deserialize)]
pub struct ErrnoText {
    /// What the kernel is saying.
    pub meaning: String,
    /// What a correct program does next.
    pub next: String,
    /// What other systems do. Documented, not measured.
    pub elsewhere: Option<String>,
    /// The manual page.
    pub page: String,
}

static TEXTS: LazyLock<BTreeMap<String, ErrnoText>> = LazyLock::new(|| assets::read(assets::ERRNO));

/// The texts of `ECONNREFUSED`, `EAI_NONAME` and their kin.
pub fn find(name: &str) -> Option<&'static ErrnoText> {
    TEXTS.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::errno::{EAI, Errno};

    #[test]
    fn every_text_has_a_known_name_and_every_eai_code_a_text() {
        assert!(TEXTS.len() >= 40, "only {} texts", TEXTS.len());
        for name in TEXTS.keys() {
            let known = Errno::from_name(name).is_some() || EAI.iter().any(|(eai, _)| eai == name);
            assert!(known, "{name} is neither an errno nor an EAI code");
        }
        for (name, _) in EAI {
            assert!(find(name).is_some(), "{name} has no text");
        }
    }

    #[test]
    fn what_a_socket_call_can_give_has_a_text() {
        for name in [
            "EACCES",
            "EADDRINUSE",
            "EADDRNOTAVAIL",
            "EAFNOSUPPORT",
            "EAGAIN",
            "EALREADY",
            "EBADF",
            "ECONNABORTED",
            "ECONNREFUSED",
            "ECONNRESET",
            "EHOSTUNREACH",
            "EINPROGRESS",
            "EINTR",
            "EINVAL",
            "EISCONN",
            "EMFILE",
            "EMSGSIZE",
            "ENETDOWN",
            "ENETUNREACH",
            "ENFILE",
            "ENOBUFS",
            "ENOENT",
            "ENOMEM",
            "ENOPROTOOPT",
            "ENOSPC",
            "ENOTCONN",
            "ENOTSOCK",
            "EOPNOTSUPP",
            "EPERM",
            "EPIPE",
            "EPROTONOSUPPORT",
            "EPROTOTYPE",
            "ETIMEDOUT",
        ] {
            assert!(find(name).is_some(), "{name} has no text");
        }
    }
}
