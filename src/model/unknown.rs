//! What a recording says and this program does not understand: kept as it was written, shown, and never followed.

/// Which part of a line it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// The cause. The record has its words; this only says that they are not understood.
    Cause,
    /// A whole change.
    Change,
    /// A whole call.
    Call,
    /// A whole look.
    Look,
    /// A whole rule.
    Rule,
    /// A whole packet.
    Packet,
    /// A whole stage.
    Stage,
    /// A field of something that is understood without it.
    Field {
        /// The names and numbers that lead to the object that has it, with `/` between them; empty for the line itself.
        place: String,
        /// Its name.
        name: String,
    },
}

impl LinePart {
    /// The list of a line that has such elements.
    pub fn list(&self) -> Option<&'static str> {
        match self {
            LinePart::Cause | LinePart::Field { .. } => None,
            LinePart::Change => Some("changes"),
            LinePart::Call => Some("calls"),
            LinePart::Look => Some("looks"),
            LinePart::Rule => Some("rules"),
            LinePart::Packet => Some("packets"),
            LinePart::Stage => Some("stages"),
        }
    }
}

/// One thing that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Which part of the line it is.
    pub part: LinePart,
    /// Its place: in the list of the line, or among the fields of its object.
    pub at: usize,
    /// The JSON as it was written; characters that could steer a terminal are escaped. Empty for a cause.
    pub raw: String,
    /// For people.
    pub shown: String,
}

impl Unknown {
    /// The same without anything that could name somebody. It can be read again, and is not understood then either.
    pub fn masked(&self) -> Unknown {
        let (part, raw) = match &self.part {
            LinePart::Cause => (LinePart::Cause, ""),
            LinePart::Change => (LinePart::Change, r#"{"change":"masked"}"#),
            LinePart::Call => (LinePart::Call, r#"{"call":"masked"}"#),
            LinePart::Look => (LinePart::Look, r#"{"socket":1,"poll":["masked"]}"#),
            LinePart::Rule => (LinePart::Rule, r#""masked""#),
            LinePart::Packet => (
                LinePart::Packet,
                r#"{"number":1,"at_us":0,"what":"masked"}"#,
            ),
            LinePart::Stage => (
                LinePart::Stage,
                r#"{"socket":1,"target":"masked","stage":"masked"}"#,
            ),
            LinePart::Field { place, name: _ } => {
                let (place, name) = (place.clone(), format!("masked-{}", self.at));
                (LinePart::Field { place, name }, r#""masked""#)
            }
        };
        Unknown {
            part,
            at: self.at,
            raw: raw.to_owned(),
            shown: "masked".to_owned(),
        }
    }
}
