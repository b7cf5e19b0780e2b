//! Addresses and names made into stand-ins, so that a recording can be shown to others. A pure function from record to record, so that
//! every face and every export gets it.
//!
//! Stand-ins come from the ranges that are kept for documentation (RFC 5737, RFC 3849, RFC 2606) and are stable within a recording.
//! Ports stay, and so do the loopback addresses, `localhost` and the lab's names: they are the same on every machine.

mod typed;

use super::addr::Addr;
use super::call::{Call, CallFact, Out, Payload};
use super::clean;
use super::record::{Cause, Change, Header, Record};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use typed::{documentation, host_and_port, says_nothing, targets, typed};

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
        // What was sent is written escaped here, and must be found all the same.
        if first == "send"
            && let Some((row, text)) = rest.split_once(' ')
            && let Some(mut bytes) = clean::unescape_bytes(text)
        {
            self.bytes(&mut bytes);
            return format!("send {row} {}", clean::escape_bytes(&bytes));
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

#[cfg(test)]
mod tests;
