//! A call of a watched program that has no description of its own: its words are those of the program.

macro_rules! other_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// A call that a watched program made, and of which nothing is concluded by itself. What it is called and what went in
            /// stands beside it: [`crate::model::task::MadeBy`].
            Other = "other" {} {
                args: String::new(),
                silent: yes,
                spoken_args: [],
            }
        }
    };
}
pub(super) use other_calls;
