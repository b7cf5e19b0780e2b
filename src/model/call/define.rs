//! The macro that makes [`super::Call`] of its descriptions.
//!
//! A family's file is one macro that hands its descriptions on: it is given the list of those that come next and everything described
//! before, puts its own behind it, and calls the next. The last in the list is `define_calls`. One description:
//!
//! ```text
//! /// What it is, with its man page.
//! Variant = "name in strace" where option = "MSG_OOB"   // where: what tells it from others of this name; those stand before the one without
//! {
//!     /// What it is.
//!     fd: Fd,
//!     /// What it is.
//!     backlog: u32 => value,                            // its field in the flat line, if that has another name
//! } {
//!     args: "as strace shows them",
//!     silent: yes,                                      // args are not written into the line
//!     aloud: ["as they are read aloud, beside the descriptor"],
//!     called: "its name when it is read aloud",         // if another
//!     texts: "its name in the texts",                   // if another
//!     ok(outcome, around): "partial",                   // which text a success has, if not `ok`
//!     fails: "TCP_SYNCNT fails",                        // which text a failure has, if not its errno
//! }
//! ```

/// Makes the enum and what is said of each variant.
macro_rules! define_calls {
    ([] $(
        $(#[$doc:meta])+
        $variant:ident = $name:literal $(where $mark:ident = $word:literal)?
        { $($(#[$field_doc:meta])+ $field:ident: $type:ty $(=> $place:ident)?,)* }
        {
            args: $args:expr,
            $(silent: $silent:ident,)?
            spoken_args: $spoken_args:expr,
            $(called: $called:expr,)?
            $(texts: $texts:literal,)?
            $(ok($outcome:ident, $around:ident): $ok:expr,)?
            $(fails: $fails:expr,)?
        }
    )*) => {
        /// One call with its arguments. Each is exactly one system call, except `Getaddrinfo`, which is the C library's.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Call {
            $($(#[$doc])+ $variant { $($(#[$field_doc])+ $field: $type,)* },)*
        }

        /// The words that tell calls of one name apart: the name, the field and its word.
        const MARKS: &[(&str, Field, &str)] = &[$($(($name, Field::$mark, $word),)?)*];

        impl Call {
            /// The names of all calls.
            pub(crate) const NAMES: &[&str] = &[$($name,)*];

            /// The first place of a name among them; when it is compiled.
            const fn place_of(name: &str) -> u8 {
                let name = name.as_bytes();
                let mut place = 0;
                loop {
                    let known = Call::NAMES[place].as_bytes();
                    let mut same = 0;
                    while same < name.len() && same < known.len() && name[same] == known[same] {
                        same += 1;
                    }
                    if same == name.len() && same == known.len() {
                        return place as u8;
                    }
                    place += 1;
                }
            }

            /// The descriptor it is made on, if on a socket.
            pub fn fd(&self) -> Option<Fd> {
                match self {
                    $(Call::$variant { $($field,)* } => {
                        None$(.or_else(|| $field.descriptor(define_calls!(@place $field $($place)?))))*
                    })*
                }
            }

            /// The same call on this descriptor.
            pub fn on(&self, fd: Fd) -> Call {
                let mut call = self.clone();
                match &mut call {
                    $(Call::$variant { $($field,)* } => {
                        $($field.put_descriptor(define_calls!(@place $field $($place)?), fd);)*
                    })*
                }
                call
            }

            /// strace's family name: `getsockopt`, `accept`, `send`.
            pub fn name(&self) -> &'static str {
                match self { $(Call::$variant { .. } => $name,)* }
            }

            /// The place of its name among all names of calls.
            pub fn place(&self) -> u8 {
                match self { $(Call::$variant { .. } => const { Call::place_of($name) },)* }
            }

            /// The arguments that went in, for people; never parsed.
            pub fn args(&self) -> String {
                match self { $(Call::$variant { $($field,)* } => $args,)* }
            }

            /// Whether the line shows the arguments for people too. If not, the fields say them all.
            pub fn writes_args(&self) -> bool {
                match self { $(Call::$variant { .. } => true $(&& define_calls!(@not $silent))?,)* }
            }

            /// Its name as it is read aloud.
            pub fn called(&self) -> Cow<'static, str> {
                match self { $(Call::$variant { $($field,)* } => {
                    let _ = ($($field,)*);
                    define_calls!(@or { $($called)? } $name)
                })* }
            }

            /// What went in beside the descriptor, as it is read aloud.
            pub fn spoken_args(&self) -> Vec<String> {
                match self { $(Call::$variant { $($field,)* } => {
                    let _ = ($($field,)*);
                    $spoken_args.into()
                })* }
            }

            /// Its name in the texts.
            pub fn texts(&self) -> &'static str {
                match self { $(Call::$variant { .. } => define_calls!(@first $($texts)? $name),)* }
            }

            /// Which of its texts fits what came back.
            pub fn text_key(&self, outcome: &Outcome, around: Around) -> Cow<'static, str> {
                match self { $(Call::$variant { $($field,)* } => {
                    let _ = ($($field,)*);
                    match outcome.errno {
                        Some(errno) => { let _ = errno; define_calls!(@or { $($fails)? } errno.name()) }
                        None => { $(let ($outcome, $around) = (outcome, around);)? define_calls!(@or { $($ok)? } "ok") }
                    }
                })* }
            }

            /// The fields of its line.
            pub fn fields(&self) -> Fields {
                match self { $(Call::$variant { .. } => {
                    Fields::NONE
                        $(.and(<$type as Flat>::fields(define_calls!(@place $field $($place)?))))*
                        $(.with(Field::$mark))?
                })* }
            }

            /// Writes its fields.
            pub fn write<'a>(&'a self, line: &mut impl FieldSink<'a>) {
                match self { $(Call::$variant { $($field,)* } => {
                    $($field.write(define_calls!(@place $field $($place)?), line);)*
                    $(line.put_text(Field::$mark, $word.into());)?
                })* }
            }

            /// Shows each argument with what it can tell of who or where.
            pub fn arguments(&mut self, mut see: impl FnMut(ArgNames<'_>)) {
                match self { $(Call::$variant { $($field,)* } => { $(see($field.arg_names());)* })* }
            }

            /// So many bytes its arguments own beside the call itself.
            pub fn heap_size(&self) -> usize {
                match self { $(Call::$variant { $($field,)* } => 0 $(+ $field.heap_size())*,)* }
            }

            /// Reads a call of this name from its fields.
            ///
            /// # Errors
            /// If no call has this name, or a field is missing or cannot be read.
            pub fn read(name: &str, line: &impl FieldSource) -> Result<Call, Unread> {
                match name {
                    $($name $(if line.text(Field::$mark) == Some($word))? => {
                        define_calls!(@plain line $name $($word)?);
                        Ok(Call::$variant {
                            $($field: <$type>::read(define_calls!(@place $field $($place)?), line)?,)*
                        })
                    })*
                    other => {
                        no_other_mark(other, line)?;
                        let mark = MARKS.iter().find(|(name, ..)| *name == other);
                        Err(match mark {
                            Some((_, field, _)) => Unread::Missing(field.name()),
                            None => Unread::Unknown("call", other.to_owned()),
                        })
                    }
                }
            }
        }
    };
    (@place $field:ident) => { Field::$field };
    (@place $field:ident $place:ident) => { Field::$place };
    (@not yes) => { false };
    (@first $first:literal $($rest:literal)?) => { $first };
    (@or {} $usual:expr) => { Cow::from($usual) };
    (@or { $special:expr } $usual:expr) => { Cow::from($special) };
    // A call without a mark of its own has none of another call either.
    (@plain $line:ident $name:literal) => { no_other_mark($name, $line)? };
    (@plain $line:ident $name:literal $word:literal) => {};
}
pub(super) use define_calls;
