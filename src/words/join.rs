//! The one way to count things, to join words and to put together what is the same of several.

use std::collections::HashMap;
use std::hash::Hash;

/// A space at which no line ends. On the screen it is drawn as any other.
pub const UNBROKEN: &str = "\u{a0}";

/// A number with its noun: `1 byte`, `2 bytes`, `2 addresses`.
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {}", nouns(count, noun))
}

/// The noun alone, for so many.
pub fn nouns(count: usize, noun: &str) -> String {
    let end = match (count, noun.ends_with('s')) {
        (1, _) => "",
        (_, false) => "s",
        (_, true) => "es",
    };
    format!("{noun}{end}")
}

/// A verb, for one or for any other number: `is`, `are`.
pub fn verb<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// `a`, `a and b`, `a, b and c`; nothing of nothing.
pub fn join_and(parts: &[impl AsRef<str>]) -> String {
    let Some((last, first)) = parts.split_last() else {
        return String::new();
    };
    let last = last.as_ref();
    if first.is_empty() {
        return last.to_owned();
    }
    let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
    format!("{} and {last}", first.join(", "))
}

/// Things of which the same is said, in the order in which it is said first.
pub fn group_by<T, K: Clone + Eq + Hash>(
    said: impl IntoIterator<Item = (T, K)>,
) -> Vec<(Vec<T>, K)> {
    let mut groups: Vec<(Vec<T>, K)> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for (thing, key) in said {
        if let Some((things, _)) = places.get(&key).and_then(|place| groups.get_mut(*place)) {
            things.push(thing);
        } else {
            places.insert(key.clone(), groups.len());
            groups.push((vec![thing], key));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_all_others_are_several() {
        let counted = [0, 1, 2].map(|count| plural(count, "byte"));
        assert_eq!(counted, ["0 bytes", "1 byte", "2 bytes"]);
        assert_eq!(plural(3, "address"), "3 addresses");
        assert_eq!(plural(1, "address"), "1 address");
        assert_eq!([1, 2].map(|count| verb(count, "is", "are")), ["is", "are"]);
    }

    #[test]
    fn words_are_joined_as_they_are_spoken() {
        assert_eq!(join_and(&[""; 0]), "");
        assert_eq!(join_and(&["a"]), "a");
        assert_eq!(join_and(&["a", "b"]), "a and b");
        assert_eq!(join_and(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn groups_stand_in_the_order_of_their_first() {
        let groups = group_by([(1, 'b'), (2, 'a'), (3, 'b')]);
        assert_eq!(groups, [(vec![1, 3], 'b'), (vec![2], 'a')]);
    }
}
