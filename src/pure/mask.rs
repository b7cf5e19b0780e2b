//! Addresses and names made into stand-ins, so that a recording can be shown to others. A pure function from record to record, so that
//! every face and every export gets it.
//!
//! Stand-ins come from the ranges that are kept for documentation (RFC 5737, RFC 3849, RFC 2606) and are stable within a recording.
//! Ports stay, and so do the loopback addresses, `localhost` and the lab's names: they are the same on every machine.

use super::addr::Addr;
use super::call::{Call, CallFact, Out, Payload};
use super::record::{Cause, Change, Header, Record};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

/// The stand-ins of one recording.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    ips: BTreeMap<IpAddr, IpAddr>,
    paths: BTreeMap<Vec<u8>, String>,
    names: BTreeMap<String, String>,
    /// Everything that must not be read in sent or received bytes, longest first.
    words: Vec<Vec<u8>>,
}

impl Mask {
    /// Stand-ins for everything that these records name.
    pub fn of(records: &[Record]) -> Mask {
        let mut mask = Mask::default();
        for record in records {
            mask.learn(record);
        }
        mask.words = mask.forbidden();
        mask
    }

    fn learn(&mut self, record: &Record) {
        for change in &record.changes {
            if let Change::Added {
                target,
                addresses,
                name,
                ..
            } = change
            {
                addresses.iter().for_each(|addr| self.learn_addr(addr));
                if let Some((host, _)) = name {
                    self.learn_name(host);
                }
                if let Some(addr) = typed(target) {
                    self.learn_addr(&addr);
                } else if let Some((host, _)) = host_and_port(target) {
                    self.learn_name(host);
                }
            }
        }
        for fact in &record.calls {
            match &fact.call {
                Call::Connect { addr, .. } | Call::Bind { addr, .. } => self.learn_addr(addr),
                Call::Getaddrinfo { host, .. } => self.learn_name(host),
                _ => {}
            }
            match fact.outcome.as_ref().and_then(|o| o.out.as_ref()) {
                Some(Out::Addr(addr)) => self.learn_addr(addr),
                Some(Out::Addrs(addrs)) => addrs.iter().for_each(|addr| self.learn_addr(addr)),
                _ => {}
            }
        }
        for (_, look) in &record.looks {
            if let Some(addr) = &look.local {
                self.learn_addr(addr);
            }
        }
        for change in &record.stages {
            if let Some(addr) = typed(&change.target) {
                self.learn_addr(&addr);
            } else if let Some((host, _)) = host_and_port(&change.target) {
                self.learn_name(host);
            }
        }
    }

    fn learn_addr(&mut self, addr: &Addr) {
        match addr {
            Addr::V4(v4) => self.learn_ip(IpAddr::V4(*v4.ip())),
            Addr::V6(v6) => self.learn_ip(IpAddr::V6(*v6.ip())),
            Addr::UnixPath(path) | Addr::UnixAbstract(path) => {
                let next = format!("socket-{}", self.paths.len() + 1);
                self.paths.entry(path.clone()).or_insert(next);
            }
            Addr::UnixUnnamed => {}
        }
    }

    fn learn_ip(&mut self, ip: IpAddr) {
        if says_nothing(ip) || self.ips.contains_key(&ip) {
            return;
        }
        let count = self
            .ips
            .keys()
            .filter(|known| known.is_ipv4() == ip.is_ipv4())
            .count();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let stand_in = match ip {
            IpAddr::V4(_) => IpAddr::V4(documentation(count)),
            IpAddr::V6(_) => {
                let base = u128::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));
                IpAddr::V6(Ipv6Addr::from(base + u128::from(count)))
            }
        };
        self.ips.insert(ip, stand_in);
    }

    fn learn_name(&mut self, name: &str) {
        let name = name.to_lowercase();
        if name.is_empty() || name == "localhost" || name.starts_with('@') {
            return;
        }
        if let Ok(ip) = name.parse::<IpAddr>() {
            return self.learn_ip(ip);
        }
        let next = format!("host-{}.example", self.names.len() + 1);
        self.names.entry(name).or_insert(next);
    }

    fn forbidden(&self) -> Vec<Vec<u8>> {
        let mut words: Vec<Vec<u8>> = self
            .names
            .keys()
            .map(|name| name.clone().into_bytes())
            .chain(self.paths.keys().cloned())
            .chain(self.ips.keys().map(|ip| ip.to_string().into_bytes()))
            .filter(|word| !word.is_empty())
            .collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words
    }

    /// The header, its kernel release without a builder's own words.
    pub fn header(&self, header: &Header) -> Header {
        let kernel = header
            .kernel
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        Header {
            kernel,
            ..header.clone()
        }
    }

    /// The same record with stand-ins.
    pub fn record(&self, record: &Record) -> Record {
        let mut masked = record.clone();
        for change in &mut masked.changes {
            match change {
                Change::Added {
                    target,
                    addresses,
                    name,
                    ..
                } => {
                    *target = self.target(target);
                    addresses
                        .iter_mut()
                        .for_each(|addr| *addr = self.addr(addr));
                    if let Some((host, _)) = name {
                        *host = self.name(host);
                    }
                }
                Change::Appeared { target, addr, .. } => {
                    *target = self.far_end(target);
                    *addr = addr.as_ref().map(|addr| self.addr(addr));
                }
                _ => {}
            }
        }
        if let Cause::Command(words) = &record.cause {
            masked.cause = Cause::Command(self.cause(words));
        }
        for fact in &mut masked.calls {
            self.call(fact);
        }
        for (_, look) in &mut masked.looks {
            look.local = look.local.as_ref().map(|addr| self.addr(addr));
        }
        for change in &mut masked.stages {
            change.target = self.far_end(&change.target);
        }
        masked
    }

    fn call(&self, fact: &mut CallFact) {
        match &mut fact.call {
            Call::Connect { addr, .. } | Call::Bind { addr, .. } => *addr = self.addr(addr),
            Call::Getaddrinfo { host, .. } => *host = self.name(host),
            Call::Send {
                data: Payload::Bytes(bytes),
                ..
            } => self.bytes(bytes),
            _ => {}
        }
        match fact.outcome.as_mut().and_then(|o| o.out.as_mut()) {
            Some(Out::Addr(addr)) => *addr = self.addr(addr),
            Some(Out::Addrs(addrs)) => addrs.iter_mut().for_each(|addr| *addr = self.addr(addr)),
            Some(Out::Bytes(bytes)) => self.bytes(bytes),
            _ => {}
        }
    }

    /// `accepted by TARGET`, or a target.
    fn far_end(&self, text: &str) -> String {
        for before in ["accepted by ", "peer of "] {
            if let Some(target) = text.strip_prefix(before) {
                return format!("{before}{}", self.target(target));
            }
        }
        self.target(text)
    }

    fn ip(&self, ip: IpAddr) -> IpAddr {
        self.ips.get(&ip).copied().unwrap_or(ip)
    }

    fn addr(&self, addr: &Addr) -> Addr {
        match addr {
            Addr::V4(v4) => match self.ip(IpAddr::V4(*v4.ip())) {
                IpAddr::V4(ip) => Addr::V4(SocketAddrV4::new(ip, v4.port())),
                IpAddr::V6(_) => addr.clone(),
            },
            Addr::V6(v6) => match self.ip(IpAddr::V6(*v6.ip())) {
                // The scope is the number of an interface of that machine.
                IpAddr::V6(ip) => Addr::V6(SocketAddrV6::new(ip, v6.port(), 0, 0)),
                IpAddr::V4(_) => addr.clone(),
            },
            Addr::UnixPath(path) => {
                Addr::UnixPath(format!("/masked/{}", self.path(path)).into_bytes())
            }
            Addr::UnixAbstract(name) => {
                Addr::UnixAbstract(format!("masked-{}", self.path(name)).into_bytes())
            }
            Addr::UnixUnnamed => Addr::UnixUnnamed,
        }
    }

    fn path(&self, path: &[u8]) -> &str {
        self.paths.get(path).map_or("socket", String::as_str)
    }

    fn name(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        if let Ok(ip) = lower.parse::<IpAddr>() {
            return self.ip(ip).to_string();
        }
        self.names.get(&lower).cloned().unwrap_or_else(|| {
            if lower == "localhost" {
                lower
            } else {
                "host.example".to_owned()
            }
        })
    }

    /// A target as it was typed, or the name of a row that belongs to one, such as `peer of 10.0.0.1:80`.
    fn target(&self, target: &str) -> String {
        for head in ["peer of ", "accepted by "] {
            if let Some(rest) = target.strip_prefix(head) {
                return format!("{head}{}", self.target(rest));
            }
        }
        if target.starts_with('@') {
            return target.to_owned();
        }
        if let Some(addr) = typed(target) {
            return self.addr(&addr).to_string();
        }
        match host_and_port(target) {
            Some((host, port)) => format!("{}:{port}", self.name(host)),
            None => "masked".to_owned(),
        }
    }

    fn cause(&self, words: &str) -> String {
        let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
        if first == "add" {
            let targets: Vec<String> = targets(rest).iter().map(|word| self.target(word)).collect();
            return format!("add {}", targets.join(" "));
        }
        let mut bytes = words.as_bytes().to_vec();
        self.bytes(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Names and addresses inside data become `x`, as many as there were bytes, so that the counts of the calls stay true.
    fn bytes(&self, bytes: &mut [u8]) {
        for word in &self.words {
            let mut from = 0;
            while from + word.len() <= bytes.len() {
                if bytes[from..from + word.len()].eq_ignore_ascii_case(word) {
                    bytes[from..from + word.len()].fill(b'x');
                    from += word.len();
                } else {
                    from += 1;
                }
            }
        }
    }
}

/// The words behind `add`. A unix path may hold spaces: what does not look like a target belongs to the one before it.
fn targets(words: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let begins = word.starts_with('@') || word.contains(':');
        match list.last_mut() {
            Some(last) if !begins && last.starts_with("unix:") => {
                last.push(' ');
                last.push_str(word);
            }
            _ => list.push(word.to_owned()),
        }
    }
    list
}

/// An address as a person types it: the port may be a service's name, the zone an interface's.
fn typed(target: &str) -> Option<Addr> {
    if let Some(rest) = target.strip_prefix("unix:") {
        return Some(match rest.strip_prefix('@') {
            Some(name) => Addr::UnixAbstract(name.as_bytes().to_vec()),
            None => Addr::UnixPath(rest.as_bytes().to_vec()),
        });
    }
    let (host, port) = host_and_port(target)?;
    let port = port.parse().unwrap_or(0);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let host = host.split('%').next().unwrap_or(host);
    match host.parse().ok()? {
        IpAddr::V4(ip) => Some(Addr::V4(SocketAddrV4::new(ip, port))),
        IpAddr::V6(ip) => Some(Addr::V6(SocketAddrV6::new(ip, port, 0, 0))),
    }
}

fn host_and_port(target: &str) -> Option<(&str, &str)> {
    if target.starts_with('@') || target.starts_with("unix:") {
        return None;
    }
    target.rsplit_once(':')
}

/// Addresses that are the same on every machine.
fn says_nothing(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_unspecified(),
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
    }
}

/// The stand-in with this number: TEST-NET-1, 2 and 3 of RFC 5737, then the range for benchmarks of RFC 2544.
fn documentation(count: u32) -> Ipv4Addr {
    let nets = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
    match nets.get(count as usize / 254) {
        Some([a, b, c]) => Ipv4Addr::new(*a, *b, *c, (count % 254 + 1) as u8),
        None => Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + (count - 762) % (1 << 17)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pure::call::{By, Outcome};
    use crate::pure::ids::{Fd, Row};
    use crate::pure::readiness::Interest;
    use crate::pure::record::{Look, StageChange};
    use crate::pure::socket::Stage;

    fn added(row: u32, target: &str, addresses: &[&str], name: Option<&str>) -> Change {
        Change::Added {
            row: Row(row),
            target: target.to_owned(),
            addresses: addresses
                .iter()
                .map(|addr| addr.parse().expect("an address"))
                .collect(),
            name: name.map(|host| (host.to_owned(), 80)),
            interest: Interest::default(),
            mode: crate::pure::socket::Mode::NonBlocking,
        }
    }

    /// A record that has every kind of name in every place.
    fn telling() -> Record {
        let words = "add www.Firm.test:http 10.9.8.7:80 [fe80::77%eth0]:80 unix:/home/eve/my sock unix:@evename @open";
        let mut record = Record::new(0, Cause::Command(words.to_owned()), 0);
        record.changes = vec![
            added(1, "www.Firm.test:http", &[], Some("www.Firm.test")),
            added(2, "10.9.8.7:80", &["10.9.8.7:80"], None),
            added(3, "[fe80::77%eth0]:80", &["[fe80::77%3]:80"], None),
            added(
                4,
                "unix:/home/eve/my sock",
                &["unix:/home/eve/my sock"],
                None,
            ),
            added(5, "unix:@evename", &["unix:@evename"], None),
            added(6, "@open", &["127.0.0.1:4000"], None),
        ];
        let fd = Fd(5);
        let call = |row: u32, call: Call, out: Option<Out>| {
            let outcome = Outcome {
                out,
                ..Outcome::ok(0)
            };
            CallFact::done(Row(row), By::Program, call, outcome)
        };
        let addr = |text: &str| text.parse::<Addr>().expect("an address");
        let host = "www.Firm.test".to_owned();
        record.calls = vec![
            call(
                1,
                Call::Getaddrinfo { host, port: 80 },
                Some(Out::Addrs(vec![addr("10.9.8.6:80"), addr("[2a00::5]:80")])),
            ),
            call(
                2,
                Call::Connect {
                    fd,
                    addr: addr("10.9.8.7:80"),
                },
                None,
            ),
            call(
                2,
                Call::Getpeername { fd },
                Some(Out::Addr(addr("10.9.8.7:80"))),
            ),
            call(
                2,
                Call::Send {
                    fd,
                    data: Payload::Bytes(b"Host: WWW.firm.test at 10.9.8.7\r\n".to_vec()),
                },
                None,
            ),
            call(
                2,
                Call::Recv { fd, size: 99 },
                Some(Out::Bytes(b"see /home/eve/my sock".to_vec())),
            ),
        ];
        let look = Look {
            local: Some(addr("10.9.8.99:4444")),
            ..Look::default()
        };
        record.looks = vec![(Row(2), look)];
        record.stages = vec![
            StageChange {
                row: Row(7),
                target: "peer of 10.9.8.7:80".to_owned(),
                stage: Stage::Listening,
                failure: None,
            },
            StageChange {
                row: Row(8),
                target: "accepted by @open".to_owned(),
                stage: Stage::Accepted,
                failure: None,
            },
        ];
        record
    }

    #[test]
    fn no_address_name_or_path_is_left() {
        let record = telling();
        let mask = Mask::of(std::slice::from_ref(&record));
        let masked = mask.record(&record);
        let text = format!("{masked:?}").to_lowercase();
        for secret in ["10.9.8", "firm", "fe80", "2a00", "/eve", "evename", "eth0"] {
            assert!(!text.contains(secret), "{secret} is left in {text}");
        }
        // Bytes are printed as numbers by Debug.
        for fact in &masked.calls {
            let line = crate::pure::notation::line(fact, &[]).to_lowercase();
            for secret in ["10.9.8", "firm", "/eve"] {
                assert!(!line.contains(secret), "{line}");
            }
        }
        let kept = [
            "@open",
            "accepted by @open",
            "127.0.0.1:4000",
            "host-1.example:http",
        ];
        for word in kept {
            assert!(text.contains(word), "{word} is not in {text}");
        }
    }

    #[test]
    fn a_stand_in_is_stable_and_the_counts_stay_true() {
        let record = telling();
        let mask = Mask::of(std::slice::from_ref(&record));
        let masked = mask.record(&record);
        assert_eq!(mask.record(&record), masked);
        let target = |index: usize| match &masked.changes[index] {
            Change::Added {
                target, addresses, ..
            } => (target.clone(), addresses.clone()),
            _ => panic!("a row is added"),
        };
        let (typed, known) = target(1);
        assert_eq!(
            typed,
            known[0].to_string(),
            "the target and its address are one"
        );
        let lengths = |record: &Record| -> Vec<usize> {
            let bytes = |fact: &CallFact| match &fact.call {
                Call::Send { data, .. } => data.size(),
                _ => 0,
            };
            record.calls.iter().map(bytes).collect()
        };
        assert_eq!(lengths(&record), lengths(&masked));
    }

    #[test]
    fn a_thousand_addresses_have_a_thousand_stand_ins() {
        let mut seen = std::collections::BTreeSet::new();
        for count in 0..1000 {
            assert!(seen.insert(documentation(count)), "{count}");
        }
        assert_eq!(documentation(0), Ipv4Addr::new(192, 0, 2, 1));
        assert_eq!(documentation(762), Ipv4Addr::new(198, 18, 0, 0));
    }
}
