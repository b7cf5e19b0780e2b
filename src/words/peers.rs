//! What the lab's peers are, in a few words.

use super::assets;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct PeerText {
    peer: String,
}

static PEERS: LazyLock<BTreeMap<String, PeerText>> = LazyLock::new(|| assets::read(assets::PEERS));

/// The names of all peers, without `@`.
pub fn names() -> impl Iterator<Item = &'static str> {
    PEERS.keys().map(String::as_str)
}

/// What the peer of `@name` is, such as `nobody listens`.
pub fn peer_end(name: &str) -> Option<&'static str> {
    PEERS.get(name).map(|text| text.peer.as_str())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_asset_can_be_read() {
        assert_eq!(super::peer_end("refused"), Some("nobody listens"));
        assert_eq!(super::peer_end("nope"), None);
    }
}
