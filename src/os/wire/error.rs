//! What can be missing for the wire: the step that failed, in words, and the fix.

use crate::model::errno::Errno;
use strum::VariantArray;

/// The steps of setting up, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, VariantArray)]
pub enum SetupStep {
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

impl SetupStep {
    /// All of them, in their order.
    pub const ALL: &'static [SetupStep] = SetupStep::VARIANTS;

    /// What is done in it.
    pub fn words(self) -> &'static str {
        match self {
            SetupStep::Helper => "start a helper process",
            SetupStep::UserNamespace => "make a user namespace",
            SetupStep::UidMap => "write /proc/self/uid_map",
            SetupStep::GidMap => "write /proc/self/gid_map",
            SetupStep::NetNamespace => "make a network namespace",
            SetupStep::TunNode => "open /dev/net/tun",
            SetupStep::TunDevice => "make a TUN device (TUNSETIFF)",
            SetupStep::Netlink => "open a netlink socket",
            SetupStep::Links => "bring the interfaces up",
            SetupStep::Ipv4 => "set IPv4 address and routes",
            SetupStep::Ipv6 => "set IPv6 address and routes",
            SetupStep::Sockets => "pass a socket out of the namespace",
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
pub struct SetupError {
    /// Which step.
    pub step: SetupStep,
    /// Why; `None` if the helper ended without a word.
    pub errno: Option<Errno>,
    setting: Option<Setting>,
}

impl SetupError {
    /// A failed step, with what the machine's settings say to it.
    pub(super) fn new(step: SetupStep, errno: impl Into<Option<Errno>>) -> SetupError {
        let errno = errno.into();
        let namespaces = matches!(
            step,
            SetupStep::UserNamespace
                | SetupStep::UidMap
                | SetupStep::GidMap
                | SetupStep::NetNamespace
                | SetupStep::TunDevice
                | SetupStep::Links
        );
        SetupError {
            step,
            errno,
            setting: if namespaces { setting() } else { None },
        }
    }

    /// What to do about it.
    pub fn fix(&self) -> &'static str {
        let is = |name: &str| self.errno.is_some_and(|errno| errno.to_string() == name);
        match (self.step, self.setting) {
            (SetupStep::UserNamespace, Some(Setting::NoUserNamespaces)) => {
                "user namespaces are switched off; as root: sysctl -w user.max_user_namespaces=10000"
            }
            (SetupStep::UserNamespace, Some(Setting::NoUnprivileged)) => {
                "only root may make them here; as root: sysctl -w kernel.unprivileged_userns_clone=1"
            }
            (_, Some(Setting::AppArmor)) => {
                "AppArmor restricts user namespaces; as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or run sockstep as root"
            }
            (SetupStep::UserNamespace, _) if is("ENOSPC") => {
                "too many user namespaces; as root: sysctl -w user.max_user_namespaces=10000"
            }
            (SetupStep::NetNamespace, _) if is("ENOSPC") => {
                "too many network namespaces; as root: sysctl -w user.max_net_namespaces=10000"
            }
            (SetupStep::UserNamespace | SetupStep::NetNamespace, _)
                if is("EINVAL") || is("ENOSYS") =>
            {
                "this kernel is built without namespaces"
            }
            (SetupStep::UserNamespace | SetupStep::NetNamespace, _) => {
                "a container or a security module forbids it: allow unshare there, or run sockstep outside of it"
            }
            (SetupStep::UidMap | SetupStep::GidMap, _) => {
                "a security module forbids it, or /proc is not mounted: run sockstep as root"
            }
            (SetupStep::TunNode, _) if is("ENOENT") => {
                "the node is missing; as root: mkdir -p /dev/net; mknod -m 666 /dev/net/tun c 10 200"
            }
            (SetupStep::TunNode, _) if is("EACCES") => {
                "you may not open it; as root: chmod 666 /dev/net/tun"
            }
            (SetupStep::TunNode, _) if is("ENODEV") || is("ENXIO") => {
                "the kernel's tun module is missing; as root: modprobe tun"
            }
            (SetupStep::TunNode, _) => {
                "a container forbids the device: start it with --device /dev/net/tun"
            }
            (SetupStep::TunDevice, _) => {
                "a security module forbids it, or the container needs: --cap-add NET_ADMIN"
            }
            (SetupStep::Ipv6, _) => "the wire works with IPv4 only; IPv6 may be switched off here",
            (SetupStep::Netlink | SetupStep::Links | SetupStep::Ipv4, _) => {
                "a security module or a container forbids setting up a network: run sockstep as root, outside of it"
            }
            (SetupStep::Helper | SetupStep::Sockets, _) => {
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
        for &step in SetupStep::ALL {
            for setting in settings {
                for errno in [None, Some(Errno::EACCES), Some(Errno::EINVAL)] {
                    let error = SetupError {
                        step,
                        errno,
                        setting,
                    };
                    assert!(!error.fix().is_empty() && error.to_string().contains(step.words()));
                }
            }
        }
        let error = SetupError::new(SetupStep::TunNode, Errno::from_linux(2));
        assert_eq!(
            error.to_string(),
            "the lab wire failed to open /dev/net/tun: ENOENT"
        );
        assert!(error.fix().contains("mknod"));
        assert!(
            SetupError::new(SetupStep::TunNode, Errno::EACCES)
                .fix()
                .contains("chmod")
        );
        let ended = SetupError::new(SetupStep::Helper, None);
        assert!(ended.to_string().ends_with("it ended without a word"));
    }
}
