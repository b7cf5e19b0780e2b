//! netlink(7): messages that a kernel is asked with, and that it answers with.
//!
//! | module | its one job |
//! |---|---|
//! | [`layout`] | a struct of a header file, declared field by field, as bytes |
//! | [`message`] | requests, their attributes, and what stands in an answer |
//! | [`socket`] | a request sent, and its answers read to the end |
//! | [`inet_diag`] | sock_diag(7) about TCP sockets |
//! | [`route`] | rtnetlink(7): interfaces up, addresses, routes |

pub(super) mod inet_diag;
mod layout;
mod message;
pub(super) mod route;
mod socket;

pub(super) use socket::NetlinkSocket;
