//! The shape of the JSON: flat structs with optional fields, so that a reader in any language needs no schema.

mod file;
mod tasks;

pub(super) use file::FileLine;
pub(super) use tasks::{SaidLine, TaskLine};

use super::text::Text;
use crate::model::call::call_fields;
use crate::model::wire::{PacketEvent, PacketNumber};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderLine<'a> {
    #[serde(borrow)]
    pub(super) format: Text<'a>,
    pub(super) version: u32,
    #[serde(default, borrow)]
    pub(super) os: Text<'a>,
    #[serde(default, borrow)]
    pub(super) kernel: Text<'a>,
    #[serde(default, borrow)]
    pub(super) program: Text<'a>,
    #[serde(default, borrow)]
    pub(super) started: Text<'a>,
    #[serde(default)]
    pub(super) sysctl: BTreeMap<String, i64>,
}

/// As it is read; [`super::encode`] writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordLine<'a> {
    pub(super) n: u64,
    #[serde(default)]
    pub(super) tick: Option<u64>,
    #[serde(borrow)]
    pub(super) cause: Text<'a>,
    pub(super) at_us: u64,
    #[serde(default)]
    pub(super) looked: bool,
    #[serde(default, borrow)]
    pub(super) changes: Vec<ChangeLine<'a>>,
    #[serde(default, borrow)]
    pub(super) calls: Vec<CallLine<'a>>,
    #[serde(default)]
    pub(super) events: Vec<EventLine>,
    #[serde(default, borrow)]
    pub(super) looks: Vec<LookLine<'a>>,
    #[serde(default, borrow)]
    pub(super) rules: Vec<Text<'a>>,
    #[serde(default)]
    pub(super) packets: Vec<PacketLine>,
    #[serde(default, borrow)]
    pub(super) tasks: Vec<TaskLine<'a>>,
    #[serde(default, borrow)]
    pub(super) said: Vec<SaidLine<'a>>,
    #[serde(default, borrow)]
    pub(super) stages: Vec<StageLine<'a>>,
}

#[derive(Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeLine<'a> {
    #[serde(borrow)]
    pub(super) change: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) socket: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) target: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) addresses: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) host: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) port: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) interest: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) mode: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) role: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fd: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) stage: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) switch: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delay_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) names: Option<Vec<Text<'a>>>,
}

macro_rules! call_line {
    ($($field:ident: $kind:ty,)*) => {
        #[derive(Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
        pub(super) struct CallLine<'a> {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) socket: Option<u32>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) id: Option<u64>,
            pub(super) call: Text<'a>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) args: Option<Text<'a>>,
            $(
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub(super) $field: Option<$kind>,
            )*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) ret: Option<i64>,
            #[serde(default, skip_serializing_if = "is_false")]
            pub(super) woken: bool,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) errno: Option<Text<'a>>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) out: Option<Text<'a>>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) wrote: Option<Text<'a>>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) task: Option<String>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) made: Option<Text<'a>>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) limit_us: Option<u64>,
            #[serde(default, skip_serializing_if = "is_zero")]
            pub(super) handed: u32,
            pub(super) by: Text<'a>,
        }
    };
}
call_fields! { call_line }

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventLine {
    pub(super) socket: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) attempt: Option<u64>,
    #[serde(default)]
    pub(super) readable: bool,
    #[serde(default)]
    pub(super) writable: bool,
    #[serde(default)]
    pub(super) error: bool,
    #[serde(default)]
    pub(super) read_closed: bool,
    #[serde(default)]
    pub(super) write_closed: bool,
    #[serde(default)]
    pub(super) priority: bool,
}

/// A field that is absent (not asked), `null` (no answer) or has a value.
pub(super) type Nullable<T> = Option<Option<T>>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LookLine<'a> {
    pub(super) socket: u32,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        borrow
    )]
    pub(super) poll: Nullable<Vec<Text<'a>>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        borrow
    )]
    pub(super) select: Nullable<Vec<Text<'a>>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        borrow
    )]
    pub(super) epoll: Nullable<Vec<Text<'a>>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        borrow
    )]
    pub(super) tcp: Nullable<TcpLine<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) local: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub(super) queue: Nullable<QueueLine>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        borrow
    )]
    pub(super) client: Nullable<WireEndLine<'a>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        borrow
    )]
    pub(super) server: Nullable<WireEndLine<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) select_errno: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) strangers: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<FileLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PacketLine {
    pub(super) number: PacketNumber,
    pub(super) at_us: u64,
    pub(super) what: PacketEvent,
    /// The bytes in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) raw: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireEndLine<'a> {
    #[serde(borrow)]
    pub(super) state: Text<'a>,
    #[serde(default)]
    pub(super) retransmits: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gives_up_us: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QueueLine {
    pub(super) length: u32,
    pub(super) limit: u32,
}

fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Nullable<T>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TcpLine<'a> {
    #[serde(borrow)]
    pub(super) state: Text<'a>,
    #[serde(default)]
    pub(super) retransmits: u32,
    #[serde(default)]
    pub(super) rto_us: u32,
    #[serde(default)]
    pub(super) rtt_us: u32,
    #[serde(default)]
    pub(super) unacked: u32,
    #[serde(default)]
    pub(super) sacked: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gives_up_us: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageLine<'a> {
    pub(super) socket: u32,
    #[serde(borrow)]
    pub(super) target: Text<'a>,
    #[serde(borrow)]
    pub(super) stage: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub(super) errno: Option<Text<'a>>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
