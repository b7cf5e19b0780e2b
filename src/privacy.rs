//! Addresses and names made into stand-ins, so that a recording can be shown to others. A pure function from record to record, so that
//! every face and every export gets it.
//!
//! Stand-ins come from the ranges that are kept for documentation (RFC 5737, RFC 3849, RFC 2606) and are stable within a recording.
//! Ports stay, and so do the loopback addresses, `localhost` and the lab's names: they are the same on every machine.

mod ranges;

use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, Out, Tells};
use crate::model::command::Command;
use crate::model::record::{Cause, Change, Header, Record};
use crate::model::target::{Host, Place, Target};
use crate::model::unknown::Unknown;
use ranges::{documentation, says_nothing};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

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
                target, addresses, ..
            } = change
            {
                addresses.iter().for_each(|addr| self.learn_addr(addr));
                self.learn_target(target);
            }
        }
        if let Some(Command::Add(targets)) = record.command() {
            targets.iter().for_each(|target| self.learn_target(target));
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
            if let Ok(target) = Target::parse(&change.target) {
                self.learn_target(&target);
            }
        }
    }

    fn learn_target(&mut self, target: &Target) {
        match &target.place {
            Place::At(addr) => self.learn_addr(addr),
            Place::Name { host, .. } => self.learn_name(host),
            Place::Unresolved { host, .. } => match host {
                Host::V4(ip) => self.learn_ip(IpAddr::V4(*ip)),
                Host::V6(ip, _) => self.learn_ip(IpAddr::V6(*ip)),
                Host::Name(name) => self.learn_name(name),
            },
            Place::Lab(_) | Place::Wire(_) | Place::Shared { .. } => {}
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
        if name.is_empty() || name == "localhost" {
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
            unknown: header.unknown.iter().map(Unknown::masked).collect(),
            ..header.clone()
        }
    }

    /// The same record with stand-ins.
    pub fn record(&self, record: &Record) -> Record {
        let mut masked = record.clone();
        for change in &mut masked.changes {
            match change {
                Change::Added {
                    target, addresses, ..
                } => {
                    *target = self.target(target);
                    addresses
                        .iter_mut()
                        .for_each(|addr| *addr = self.addr(addr));
                }
                Change::Appeared { target, addr, .. } => {
                    *target = self.far_end(target);
                    *addr = addr.as_ref().map(|addr| self.addr(addr));
                }
                _ => {}
            }
        }
        match &mut masked.cause {
            Cause::Command(command) => self.command(command),
            // What is not understood may name anybody.
            Cause::Unknown(words) => "masked".clone_into(words),
            Cause::Answer => {}
        }
        for fact in &mut masked.calls {
            self.call(fact);
        }
        masked.unknown = record.unknown.iter().map(Unknown::masked).collect();
        for (_, look) in &mut masked.looks {
            look.local = look.local.as_ref().map(|addr| self.addr(addr));
        }
        for change in &mut masked.stages {
            change.target = self.far_end(&change.target);
        }
        masked
    }

    fn goes_in(&self, call: &mut Call) {
        call.arguments(|argument| match argument {
            Tells::Addr(addr) => *addr = self.addr(addr),
            Tells::Host(host) => *host = self.name(host),
            Tells::Sent(bytes) => self.bytes(bytes),
            Tells::Nothing => {}
        });
    }

    fn call(&self, fact: &mut CallFact) {
        self.goes_in(&mut fact.call);
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
                return format!("{before}{}", self.typed(target));
            }
        }
        self.typed(text)
    }

    fn typed(&self, text: &str) -> String {
        Target::parse(text).map_or("masked".to_owned(), |target| self.target(&target).text)
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

    fn target(&self, target: &Target) -> Target {
        let place = self.place(&target.place);
        // The port may have been typed as a service's name.
        let text = match Target::parse(&target.text) {
            Ok(typed) => self.place(&typed.place).to_string(),
            Err(_) => place.to_string(),
        };
        Target { text, place }
    }

    fn place(&self, place: &Place) -> Place {
        match place {
            Place::At(addr) => Place::At(self.addr(addr)),
            Place::Name { host, port } => Place::Name {
                host: self.name(host),
                port: *port,
            },
            Place::Unresolved { host, port } => {
                let of_ip = |ip: IpAddr| match self.ip(ip) {
                    IpAddr::V4(ip) => Host::V4(ip),
                    // The zone is the name of an interface of that machine.
                    IpAddr::V6(ip) => Host::V6(ip, None),
                };
                Place::Unresolved {
                    host: match host {
                        Host::V4(ip) => of_ip(IpAddr::V4(*ip)),
                        Host::V6(ip, _) => of_ip(IpAddr::V6(*ip)),
                        Host::Name(name) => Host::Name(self.name(name)),
                    },
                    port: port.clone(),
                }
            }
            Place::Lab(_) | Place::Wire(_) | Place::Shared { .. } => place.clone(),
        }
    }

    fn command(&self, command: &mut Command) {
        match command {
            Command::Add(targets) => targets
                .iter_mut()
                .for_each(|target| *target = self.target(target)),
            Command::Lanes(target) => *target = self.target(target),
            Command::Make(_, make) => self.goes_in(make.call_mut()),
            Command::Note(words) => *words = self.text(words),
            _ => {}
        }
    }

    fn text(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
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
