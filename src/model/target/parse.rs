//! A target as a person types it, taken apart.

use super::error::{MAX_TARGET_CHARS, TargetError, short};
use super::slash::with_slash;
use super::wire::wire;
use super::{Host, Port, Target, TargetPlace};
use crate::model::addr::Addr;
use crate::model::clean;
use crate::model::ids::Row;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

/// RFC 1035: a name has at most 253 characters in text form, a label 63.
const MAX_NAME_CHARS: usize = 253;
const MAX_LABEL_CHARS: usize = 63;
/// unix(7): `sun_path` holds 108 bytes, with its closing zero.
const MAX_UNIX_PATH_BYTES: usize = 107;

impl Target {
    /// Reads a target as a person types it. Nothing is asked of the system: see [`Target::resolve`].
    ///
    /// # Errors
    /// Names the fault and the right form; never partial.
    pub fn parse(text: &str) -> Result<Target, TargetError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        // What nearly everybody types, thousands of times in a file.
        if let Some(addr) = text
            .parse()
            .ok()
            .filter(|addr: &SocketAddrV4| addr.port() != 0)
        {
            return Ok(Target::new(text, TargetPlace::At(Addr::V4(addr))));
        }
        if text.chars().count() > MAX_TARGET_CHARS {
            return Err(TargetError::TooLong(text.chars().count()));
        }
        if let Some(rest) = text.strip_prefix("unix:") {
            return Ok(Target::new(
                &clean::text(text),
                TargetPlace::At(unix(rest)?),
            ));
        }
        if text
            .chars()
            .any(|c| clean::is_hostile(c) || c.is_whitespace())
        {
            return Err(TargetError::BadCharacter(short(text)));
        }
        if text.contains("://") {
            return Err(TargetError::Url(short(text)));
        }
        for (sign, mark) in [(',', "comma"), (';', "semicolon")] {
            if text.contains(sign) {
                let word = short(text);
                return Err(TargetError::Several { word, mark });
            }
        }
        let place = if let Some(name) = text.strip_prefix('@') {
            lab(name)?
        } else {
            inet(text)?
        };
        Ok(Target::new(text, place))
    }
}

fn unix(rest: &str) -> Result<Addr, TargetError> {
    let (name, make): (&str, fn(Vec<u8>) -> Addr) = match rest.strip_prefix('@') {
        Some(name) => (name, Addr::UnixAbstract),
        None => (rest, Addr::UnixPath),
    };
    let fault = match name.len() {
        0 => "is empty".to_owned(),
        n if n > MAX_UNIX_PATH_BYTES => {
            format!("has {n} bytes; at most {MAX_UNIX_PATH_BYTES} fit into a socket address")
        }
        _ if name.contains('\0') => "contains a zero byte".to_owned(),
        // What is written of it could not be read again.
        _ if name.chars().any(clean::is_hostile) => "contains a control character".to_owned(),
        _ => return Ok(make(name.as_bytes().to_vec())),
    };
    Err(TargetError::BadUnix(fault))
}

fn lab(name: &str) -> Result<TargetPlace, TargetError> {
    if let Some(target) = wire(name) {
        return Ok(TargetPlace::Wire(target));
    }
    let Some((peer, number)) = name.split_once('/') else {
        return Ok(TargetPlace::Lab(name.to_owned()));
    };
    let with = number.parse().ok().filter(|number| *number != 0).map(Row);
    with.map(|with| TargetPlace::Shared {
        with,
        peer: peer.to_owned(),
    })
    .ok_or_else(|| TargetError::BadShared(short(name)))
}

fn inet(text: &str) -> Result<TargetPlace, TargetError> {
    if text.contains('/') {
        return Err(with_slash(text, inet));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let Some((inside, behind)) = rest.split_once(']') else {
            return Err(TargetError::OpenBracket(short(text)));
        };
        let port = match behind.strip_prefix(':') {
            Some(port) => self::port(text, port)?,
            None if behind.is_empty() => return Err(TargetError::NoPort(short(text))),
            None => return Err(TargetError::BadIpv6(short(text))),
        };
        return ipv6(inside, port);
    }
    let Some((host, port_text)) = text.rsplit_once(':') else {
        if text.parse().is_ok_and(|port: u16| port != 0) {
            return Err(TargetError::OnlyPort(short(text)));
        }
        return Err(TargetError::NoPort(short(text)));
    };
    if host.contains(':') {
        return Err(TargetError::NeedsBrackets(short(text)));
    }
    if host.is_empty() {
        return Err(TargetError::EmptyHost(short(text)));
    }
    let digits = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let ip: Option<Ipv4Addr> = host.parse().ok();
    if digits && ip.is_none() {
        return Err(TargetError::BadIpv4(short(host)));
    }
    if ip.is_none() {
        host_name(host)?;
    }
    let port = port(text, port_text)?;
    Ok(match (ip, port) {
        (Some(ip), Port::Number(port)) => TargetPlace::At(Addr::V4(SocketAddrV4::new(ip, port))),
        (None, Port::Number(port)) => TargetPlace::Name {
            host: host.to_owned(),
            port,
        },
        (Some(ip), port) => TargetPlace::Unresolved {
            host: Box::new(Host::V4(ip)),
            port,
        },
        (None, port) => TargetPlace::Unresolved {
            host: Box::new(Host::Name(host.to_owned())),
            port,
        },
    })
}

fn ipv6(inside: &str, port: Port) -> Result<TargetPlace, TargetError> {
    let (ip, zone) = match inside.split_once('%') {
        Some((ip, zone)) => (ip, Some(zone)),
        None => (inside, None),
    };
    let ip: Ipv6Addr = ip
        .parse()
        .map_err(|_| TargetError::BadIpv6(short(inside)))?;
    let scope = match zone {
        None => Some(0),
        Some(zone) => zone.parse().ok().filter(|index| *index != 0),
    };
    Ok(match (scope, port) {
        (Some(scope), Port::Number(port)) if scope != 0 || !ip.is_unicast_link_local() => {
            TargetPlace::At(Addr::V6(SocketAddrV6::new(ip, port, 0, scope)))
        }
        (_, port) => TargetPlace::Unresolved {
            host: Box::new(Host::V6(ip, zone.map(str::to_owned))),
            port,
        },
    })
}

fn port(target: &str, port: &str) -> Result<Port, TargetError> {
    if port.is_empty() {
        return Err(TargetError::EmptyPort(short(target)));
    }
    if port
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'-' || b == b'+')
    {
        let digits = port.bytes().all(|b| b.is_ascii_digit());
        return match port.parse::<u16>() {
            Ok(number) if number != 0 && digits => Ok(Port::Number(number)),
            _ => Err(TargetError::PortRange(short(port))),
        };
    }
    Ok(Port::Service(port.to_owned()))
}

fn host_name(host: &str) -> Result<(), TargetError> {
    let name = host.strip_suffix('.').unwrap_or(host);
    if !host.is_ascii() {
        return Err(TargetError::NotAscii(short(host)));
    }
    let fault = if host.len() > MAX_NAME_CHARS + 1 {
        format!(
            "it has {} characters, a name has at most {MAX_NAME_CHARS}",
            host.len()
        )
    } else if name.split('.').any(str::is_empty) {
        "two dots stand together, or it begins with one".to_owned()
    } else if let Some(label) = name.split('.').find(|label| label.len() > MAX_LABEL_CHARS) {
        format!(
            "a part between dots has {} characters, at most {MAX_LABEL_CHARS} are allowed",
            label.len()
        )
    } else if let Some(bad) = name
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c))
    {
        format!("'{bad}' cannot stand in a name")
    } else {
        return Ok(());
    };
    Err(TargetError::BadName {
        name: short(host),
        fault,
    })
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::target::Lookup;
    use proptest::prelude::*;

    struct Fixed;
    impl Lookup for Fixed {
        fn service(&self, name: &str) -> Option<u16> {
            (name == "http").then_some(80)
        }
        fn interface(&self, name: &str) -> Option<u32> {
            (name == "eth0").then_some(2)
        }
        fn interfaces(&self) -> Vec<String> {
            vec!["eth0".to_owned(), "lo".to_owned()]
        }
        fn peers(&self) -> Vec<String> {
            vec!["open".to_owned(), "refused".to_owned()]
        }
    }

    #[test]
    fn every_right_form_leads_somewhere() {
        let at = |text: &str| TargetPlace::At(text.parse().expect("a valid address"));
        let name = |host: &str, port| TargetPlace::Name {
            host: host.to_owned(),
            port,
        };
        let cases = [
            ("1.2.3.4:80", at("1.2.3.4:80")),
            ("127.0.0.1:http", at("127.0.0.1:80")),
            ("[::1]:80", at("[::1]:80")),
            ("[fe80::1%eth0]:80", at("[fe80::1%2]:80")),
            ("[fe80::1%7]:80", at("[fe80::1%7]:80")),
            ("localhost:http", name("localhost", 80)),
            ("example.com.:443", name("example.com.", 443)),
            ("unix:/run/x.sock", at("unix:/run/x.sock")),
            ("unix:@abstract", at("unix:@abstract")),
            ("@open", TargetPlace::Lab("open".to_owned())),
            ("  @open ", TargetPlace::Lab("open".to_owned())),
            ("\t@open\t\r", TargetPlace::Lab("open".to_owned())),
            ("unix:./x.sock", at("unix:./x.sock")),
            // This host, by every address that it has: connect() takes it.
            ("0.0.0.0:80", at("0.0.0.0:80")),
            ("[::]:80", at("[::]:80")),
            (
                "xn--bcher-kva.example:80",
                name("xn--bcher-kva.example", 80),
            ),
        ];
        for (text, place) in cases {
            let target = Target::parse(text)
                .and_then(|target| target.resolve(&Fixed))
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(target.place, place, "{text}");
        }
    }

    #[test]
    fn every_wrong_form_is_named_with_the_right_one() {
        let long = "a".repeat(300) + ":80";
        let path = format!("unix:/{}", "p".repeat(200));
        let cases = [
            ("", "empty"),
            ("host", "has no port"),
            ("host:", "nothing after the colon"),
            (":80", "no host"),
            ("host:99999", "1 to 65535"),
            ("host:0", "1 to 65535"),
            ("host:-1", "1 to 65535"),
            ("1.2.3.4.5:80", "not an IPv4 address"),
            ("256.1.1.1:80", "not an IPv4 address"),
            ("[::1", "does not close it"),
            ("[::1]", "has no port"),
            ("[::g]:80", "not an IPv6 address"),
            ("[fe80::1%nope0]:80", "no network interface"),
            ("::1:80", "in brackets"),
            ("host:http-nope", "no service"),
            ("@nope", "@open, @refused"),
            ("10.0.0.0/8:80", "range"),
            ("10.0.0.0/8", "range"),
            ("[2001:db8::]/32", "range"),
            ("2001:db8::/32", "range"),
            (
                "./srv/redis.sock",
                "is a path. Write a unix socket's path with unix: before it, such as unix:./srv/redis.sock",
            ),
            ("/run/x.sock", "such as unix:/run/x.sock"),
            ("../x", "such as unix:../x"),
            ("~/x", "is a path"),
            ("/run/x:80", "is a path"),
            ("srv/redis.sock", "or unix:srv/redis.sock if it is a path"),
            ("localhost:80/", "Leave that out: localhost:80"),
            ("localhost:80/a/b?c=d:e", "Leave that out: localhost:80"),
            ("[::1]:80/", "Leave that out: [::1]:80"),
            ("localhost:/", "nothing after the colon"),
            (
                "a:80;b:81",
                "contains a semicolon. Write several targets with spaces between",
            ),
            (
                "[fe80::1]:80",
                "[fe80::1%eth0]:80. This machine has eth0, lo",
            ),
            ("[fe80::1]:http", "[fe80::1%eth0]:80"),
            ("b\u{fc}cher.example:80", "xn--bcher-kva.example:80"),
            ("http://localhost:80/", "is a URL"),
            ("a:1,b:2", "with spaces between"),
            (long.as_str(), "300 characters"),
            ("a\u{1b}[2J:80", "control character"),
            ("a b:80", "space"),
            ("a..b:80", "two dots"),
            ("a!b:80", "cannot stand in a name"),
            ("unix:", "is empty"),
            ("unix:/a\u{18}b", "contains a control character"),
            (path.as_str(), "at most 107"),
        ];
        for (text, part) in cases {
            let error = Target::parse(text)
                .and_then(|target| target.resolve(&Fixed))
                .expect_err(text)
                .to_string();
            assert!(error.contains(part), "{text:?} gave: {error}");
            assert!(!error.chars().any(clean::is_hostile), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_a_target_or_a_clean_message(text in any::<String>()) {
            match Target::parse(&text).and_then(|target| target.resolve(&Fixed)) {
                Ok(target) => prop_assert!(!target.text.chars().any(clean::is_hostile)),
                Err(error) => prop_assert!(!error.to_string().chars().any(clean::is_hostile)),
            }
        }
    }
}
