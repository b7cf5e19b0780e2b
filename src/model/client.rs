//! The programs of the lessons: small clients that come with this program, so that a lesson can step one without running anything of
//! anybody's.

use strum::{IntoStaticStr, VariantArray};

/// A client of the lessons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum LessonClient {
    /// Takes writable for connected; then a mended one.
    #[strum(serialize = "client-a")]
    WritableMeansConnected,
    /// Asks for readable only while it connects; then a mended one.
    #[strum(serialize = "client-b")]
    ReadableOnly,
    /// Watches the socket before connect(); then a mended one.
    #[strum(serialize = "client-c")]
    RegisteredTooEarly,
    /// Reads once for each edge; then a mended one.
    #[strum(serialize = "client-d")]
    EdgeWithoutDraining,
    /// Calls connect() again on the descriptor that failed; then a mended one.
    #[strum(serialize = "client-e")]
    SameDescriptorAgain,
    /// Reads SO_ERROR for its log, and again to decide; then a mended one.
    #[strum(serialize = "client-f")]
    SoErrorTwice,
    /// Asks three times about ten sockets by poll, and three times by epoll; then ten threads wait, one a socket.
    WaysToAsk,
    /// Waits in select() for three sockets.
    ThreeInSelect,
    /// The listing of asyncio, run by python3.
    Asyncio,
}

impl LessonClient {
    /// What a lesson calls it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The one of this name.
    pub fn find(name: &str) -> Option<LessonClient> {
        Self::VARIANTS
            .iter()
            .copied()
            .find(|client| client.name() == name)
    }

    /// The arguments of a program of this name that come behind those that find it: `{host}` and `{port}` are its peer's.
    pub const PLACES: [&str; 2] = ["{host}", "{port}"];

    /// All names, in order.
    pub fn names() -> Vec<&'static str> {
        Self::VARIANTS.iter().map(|client| client.name()).collect()
    }
}
