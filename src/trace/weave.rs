//! What is not understood, written back into a line at its place.

use super::line::RecordLine;
use super::tree::{Object, fields_of, list, quoted};
use crate::model::unknown::{LinePart, Unknown};

/// JSON of which only those objects and lists are taken apart that something is put into.
enum Node {
    Raw(String),
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
}

impl Node {
    /// Its fields, if it is an object.
    fn fields(&mut self) -> Option<&mut Vec<(String, Node)>> {
        if let Node::Raw(json) = self {
            let fields = Object::of(json)?.0;
            let node =
                |(name, value): (std::borrow::Cow<'_, str>, &serde_json::value::RawValue)| {
                    (name.into_owned(), Node::Raw(value.get().to_owned()))
                };
            *self = Node::Object(fields.into_iter().map(node).collect());
        }
        match self {
            Node::Object(fields) => Some(fields),
            Node::Raw(_) | Node::List(_) => None,
        }
    }

    /// Its elements, if it is a list.
    fn elements(&mut self) -> Option<&mut Vec<Node>> {
        if let Node::Raw(json) = self {
            let elements = list(json)?;
            let node = |value: &serde_json::value::RawValue| Node::Raw(value.get().to_owned());
            *self = Node::List(elements.into_iter().map(node).collect());
        }
        match self {
            Node::List(elements) => Some(elements),
            Node::Raw(_) | Node::Object(_) => None,
        }
    }

    /// The part that a name or a number leads to.
    fn step(&mut self, step: &str) -> Option<&mut Node> {
        if let Ok(index) = step.parse::<usize>() {
            return self.elements()?.get_mut(index);
        }
        let fields = self.fields()?;
        fields
            .iter_mut()
            .find(|(name, _)| name == step)
            .map(|(_, node)| node)
    }

    fn write(&self, out: &mut String) {
        match self {
            Node::Raw(json) => out.push_str(json),
            Node::Object(fields) => {
                out.push('{');
                for (index, (name, node)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(name));
                    out.push(':');
                    node.write(out);
                }
                out.push('}');
            }
            Node::List(elements) => {
                out.push('[');
                for (index, node) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    node.write(out);
                }
                out.push(']');
            }
        }
    }
}

/// The line with everything in it. The elements of lists go first: the places of fields count them.
pub(super) fn into(known: &str, unknown: &[Unknown]) -> String {
    let mut line = Node::Raw(known.to_owned());
    for unknown in unknown {
        if let Some(name) = unknown.part.list() {
            put_element(&mut line, name, unknown);
        }
    }
    for unknown in unknown {
        if let LinePart::Field { place, name } = &unknown.part {
            put_field(&mut line, place, name, unknown);
        }
    }
    let mut out = String::with_capacity(known.len());
    line.write(&mut out);
    out
}

fn put_element(line: &mut Node, name: &'static str, unknown: &Unknown) {
    let Some(fields) = line.fields() else { return };
    if !fields.iter().any(|(known, _)| known == name) {
        // An empty list was left out. It has its place in the order of the line.
        let order = fields_of::<RecordLine<'_>>();
        let rank = |name: &str| order.iter().position(|known| *known == name);
        let behind = fields
            .iter()
            .position(|(known, _)| rank(known) > rank(name))
            .unwrap_or(fields.len());
        fields.insert(behind, (name.to_owned(), Node::List(Vec::new())));
    }
    if let Some(elements) = line.step(name).and_then(Node::elements) {
        let at = unknown.at.min(elements.len());
        elements.insert(at, Node::Raw(unknown.raw.clone()));
    }
}

fn put_field(line: &mut Node, place: &str, name: &str, unknown: &Unknown) {
    let mut steps = place.split('/').filter(|step| !step.is_empty());
    let object = steps.try_fold(line, |node, step| node.step(step));
    if let Some(fields) = object.and_then(Node::fields) {
        let at = unknown.at.min(fields.len());
        fields.insert(at, (name.to_owned(), Node::Raw(unknown.raw.clone())));
    }
}
