//! What a call can tell, by what goes in and by what comes back.

use super::{Data, DataDirection, Name, Names};
use crate::model::call::{ArgNames, Call, CallFact, Out, Outcome};

impl Names for CallFact {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let CallFact {
            row,
            id: _,
            call,
            by,
            outcome,
            woken: _,
            made,
        } = self;
        if let Some(made) = made {
            super::task::made(made, call, visit);
        }
        let ret = outcome.as_ref().map_or(0, |outcome| outcome.ret);
        let taken = u64::try_from(ret).unwrap_or(0);
        let mut visit = |name: Name<'_>| {
            visit(match name {
                Name::Data(data) => Name::Data(Data {
                    row: *row,
                    by: Some(*by),
                    taken,
                    ..data
                }),
                name => name,
            });
        };
        call.names(&mut visit);
        if let Some(Outcome {
            ret: _,
            errno: _,
            out: Some(out),
        }) = outcome
        {
            out.names(&mut visit);
        }
    }
}

/// Bytes of a call, which knows neither its row nor what came back.
fn data(bytes: &mut [u8], way: DataDirection) -> Name<'_> {
    Name::Data(Data {
        bytes,
        way,
        row: None,
        by: None,
        taken: 0,
    })
}

impl Names for Call {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        self.arguments(|argument| match argument {
            ArgNames::Addr(addr) => visit(Name::Addr(addr)),
            ArgNames::Host(host) => visit(Name::Host(host)),
            ArgNames::Sent(bytes) => visit(data(bytes, DataDirection::Sent)),
            ArgNames::Nothing => {}
        });
    }
}

impl Names for Out {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        match self {
            Out::Addr(addr) => visit(Name::Addr(addr)),
            Out::Addrs(addrs) => addrs.iter_mut().for_each(|addr| visit(Name::Addr(addr))),
            Out::Bytes(bytes) => visit(data(bytes, DataDirection::Received)),
            Out::SoError(_) | Out::Sets(_) | Out::Eai(_) | Out::Fds(_, _) => {}
        }
    }
}
