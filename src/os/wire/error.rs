//! What can be missing for the wire: the step that failed, in words, and the fix.

use crate::model::errno::Errno;

/// The steps of setting up, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The program is started again.
    Helper,
    /// unshare(2) `CLONE_NEWUSER`
    UserNamespace,
    /// `/proc/self/uid_map`: user_namespaces(7)
    UidMap,
    /// `/proc/self/gid_map`
    GidMap,
    /// unshare(2) `CLONE_NEWNET`
    NetNamespace,
    /// open(2) of `/dev/net/tun`
    TunNode,
    /// ioctl(2) `TUNSETIFF`
    TunDevice,
    /// A netlink(7) socket.
    Netlink,
    /// rtnetlink(7): `lo` and the TUN device are brought up.
    Links,
    /// rtnetlink(7): IPv4 address and routes.
    Ipv4,
    /// rtnetlink(7): IPv6 address and routes. The wire works without.
    Ipv6,
    /// A socket is made inside and passed out.
    Sockets,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Step; 12] = [
        Step::Helper,
        Step::UserNamespace,
        Step::UidMap,
        Step::GidMap,
        Step::NetNamespace,
        Step::TunNode,
        Step::TunDevice,
        Step::Netlink,
        Step::Links,
        Step::Ipv4,
        Step::Ipv6,
        Step::Sockets,
    ];

    /// What is done in it.
    pub fn words(self) -> &'static str {
        match self {
            Step::Helper => "start a helper process",
            Step::UserNamespace => "make a user namespace",
            Step::UidMap => "write /proc/self/uid_map",
            Step::GidMap => "write /proc/self/gid_map",
            Step::NetNamespace => "make a network namespace",
            Step::TunNode => "open /dev/net/tun",
            Step::TunDevice => "make a TUN device (TUNSETIFF)",
            Step::Netlink => "open a netlink socket",
            Step::Links => "bring the interfaces up",
            Step::Ipv4 => "set IPv4 address and routes",
            Step::Ipv6 => "set IPv6 address and routes",
            Step::Sockets => "pass a socket out of the namespace",
        }
    }
}

/// What the machine's settings say of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    /// `user.max_user_namespaces` is 0.
    NoUserNamespaces,
    /// `kernel.unprivileged_userns_clone` is 0 (Debian).
    NoUnprivileged,
    /// `kernel.apparmor_restrict_unprivileged_userns` is 1 (Ubuntu).
    AppArmor,
}

/// A step of setting up the wire failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lab wire failed to {}: {}", step.words(), errno.map_or("it ended without a word".to_owned(), |errno| errno.to_string()))]
pub struct SetUpError {
    /// Which step.
    pub step: Step,
    /// Why; `None` if the helper ended without a word.
    pub errno: Option<Errno>,
    setting: Option<Setting>,
}

impl SetUpError {
    /// A failed step, with what the machine's settings say to it.
    pub(super) fn new(step: Step, errno: impl Into<Option<Errno>>) -> SetUpError {
        let errno = errno.into();
        let namespaces = matches!(
            step,
            Step::UserNamespace
                | Step::UidMap
                | Step::GidMap
                | Step::NetNamespace
                | Step::TunDevice
                | Step::Links
        );
        SetUpError {
            step,
            errno,
            setting: if namespaces { setting() } else { None },
        }
    }

    /// What to do about it.
    pub fn fix(&self) -> &'static str {
        let is = |name: &str| self.errno.is_some_and(|errno| errno.to_string() == name);
        match (self.step, self.setting) {
            (Step::UserNamespace, Some(Setting::NoUserNamespaces)) => {
                "user namespaces are switched off; as root: sysctl -w user.max_user_namespaces=10000"
            }
            (Step::UserNamespace, Some(Setting::NoUnprivileged)) => {
                "only root may make them here; as root: sysctl -w kernel.unprivileged_userns_clone=1"
            }
            (_, Some(Setting::AppArmor)) => {
                "AppArmor restricts user namespaces; as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or run sockstep as root"
            }
            (Step::UserNamespace, _) if is("ENOSPC") => {
                "too many user namespaces; as root: sysctl -w user.max_user_namespaces=10000"
            }
            (Step::NetNamespace, _) if is("ENOSPC") => {
                "too many network namespaces; as root: sysctl -w user.max_net_namespaces=10000"
            }
            (Step::UserNamespace | Step::NetNamespace, _) if is("EINVAL") || is("ENOSYS") => {
                "this kernel is built without namespaces"
            }
            (Step::UserNamespace | Step::NetNamespace, _) => {
                "a container or a security module forbids it: allow unshare there, or run sockstep outside of it"
            }
            (Step::UidMap | Step::GidMap, _) => {
                "a security module forbids it, or /proc is not mounted: run sockstep as root"
            }
            (Step::TunNode, _) if is("ENOENT") => {
                "the node is missing; as root: mkdir -p /dev/net; mknod -m 666 /dev/net/tun c 10 200"
            }
            (Step::TunNode, _) if is("EACCES") => {
                "you may not open it; as root: chmod 666 /dev/net/tun"
            }
            (Step::TunNode, _) if is("ENODEV") || is("ENXIO") => {
                "the kernel's tun module is missing; as root: modprobe tun"
            }
            (Step::TunNode, _) => {
                "a container forbids the device: start it with --device /dev/net/tun"
            }
            (Step::TunDevice, _) => {
                "a security module forbids it, or the container needs: --cap-add NET_ADMIN"
            }
            (Step::Ipv6, _) => "the wire works with IPv4 only; IPv6 may be switched off here",
            (Step::Netlink | Step::Links | Step::Ipv4, _) => {
                "a security module or a container forbids setting up a network: run sockstep as root, outside of it"
            }
            (Step::Helper | Step::Sockets, _) => {
                "the program could not be started again: is /proc mounted, and are there processes and descriptors left (ulimit -u, ulimit -n)?"
            }
        }
    }
}

fn setting() -> Option<Setting> {
    let is = |path: &str, value: &str| {
        std::fs::read_to_string(path).is_ok_and(|text| text.trim() == value)
    };
    if is("/proc/sys/user/max_user_namespaces", "0") {
        Some(Setting::NoUserNamespaces)
    } else if is("/proc/sys/kernel/unprivileged_userns_clone", "0") {
        Some(Setting::NoUnprivileged)
    } else if is(
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
    ) {
        Some(Setting::AppArmor)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_fix_for_every_setting() {
        let settings = [
            None,
            Some(Setting::NoUserNamespaces),
            Some(Setting::NoUnprivileged),
            Some(Setting::AppArmor),
        ];
        for step in Step::ALL {
            for setting in settings {
                for errno in [None, Some(Errno::EACCES), Some(Errno::EINVAL)] {
                    let error = SetUpError {
                        step,
                        errno,
                        setting,
                    };
                    assert!(!error.fix().is_empty() && error.to_string().contains(step.words()));
                }
            }
        }
        let error = SetUpError::new(Step::TunNode, Errno::from_linux(2));
        assert_eq!(
            error.to_string(),
            "the lab wire failed to open /dev/net/tun: ENOENT"
        );
        assert!(error.fix().contains("mknod"));
        assert!(
            SetUpError::new(Step::TunNode, Errno::EACCES)
                .fix()
                .contains("chmod")
        );
        let ended = SetUpError::new(Step::Helper, None);
        assert!(ended.to_string().ends_with("it ended without a word"));
    }
}
