//! The colours, from the options and from what the environment says of the terminal.

use crate::app::model::Theme;
use crate::run::tui;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct ColourArgs {
    /// The colours; auto takes those chosen last, else dark or light as COLORFGBG or the terminal says, else the terminal's own sixteen
    #[arg(long, value_enum, default_value = "auto")]
    theme: ThemeArg,
    /// Whether colours are used at all; auto honours NO_COLOR
    #[arg(long, value_enum, default_value = "auto")]
    color: ColorArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ThemeArg {
    Auto,
    Terminal,
    Dark,
    Light,
    Mono,
    HighContrast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorArg {
    Auto,
    Always,
    Never,
}

/// What the terminal can show, as far as the command line and the environment say.
pub(super) fn appearance(colours: &ColourArgs, remembered: Option<Theme>) -> tui::Appearance {
    let env = |name: &str| std::env::var(name).unwrap_or_default();
    let theme = theme(colours, remembered, &env);
    let is_auto = colours.theme == ThemeArg::Auto && remembered.is_none();
    tui::Appearance {
        theme,
        // The console of Linux knows no such question.
        asks_background: is_auto && theme == Theme::Terminal && env("TERM") != "linux",
        true_colour: matches!(env("COLORTERM").as_str(), "truecolor" | "24bit"),
        unicode: is_utf8(&env),
    }
}

fn theme(args: &ColourArgs, remembered: Option<Theme>, env: &dyn Fn(&str) -> String) -> Theme {
    let no_colour = match args.color {
        ColorArg::Never => true,
        ColorArg::Always => false,
        ColorArg::Auto => {
            !env("NO_COLOR").is_empty()
                || matches!(env("TERM").as_str(), "dumb" | "vt100" | "vt220")
        }
    };
    match args.theme {
        _ if no_colour => Theme::Mono,
        ThemeArg::Terminal => Theme::Terminal,
        ThemeArg::Dark => Theme::Dark,
        ThemeArg::Light => Theme::Light,
        ThemeArg::Mono => Theme::Mono,
        ThemeArg::HighContrast => Theme::HighContrast,
        // Colours that were chosen for the wrong background cannot be read; the terminal's own need no guess.
        ThemeArg::Auto => remembered.unwrap_or_else(|| {
            let background = env("COLORFGBG");
            let number = background.rsplit(';').next();
            match number.and_then(|text| text.parse::<u8>().ok()) {
                Some(7 | 15) => Theme::Light,
                Some(0..=6 | 8) => Theme::Dark,
                _ => Theme::Terminal,
            }
        }),
    }
}

/// Whether the locale says that the terminal shows UTF-8: the first of these that is set decides, as in setlocale(3).
fn is_utf8(env: &dyn Fn(&str) -> String) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .map(env)
        .find(|value| !value.is_empty());
    locale.is_some_and(|value| value.to_lowercase().replace('-', "").contains("utf8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(theme: ThemeArg, remembered: Option<Theme>, vars: &[(&str, &str)]) -> Theme {
        let args = ColourArgs {
            theme,
            color: ColorArg::Auto,
        };
        let env = |name: &str| {
            let found = vars.iter().find(|(var, _)| *var == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        super::theme(&args, remembered, &env)
    }

    #[test]
    fn without_a_word_about_the_background_the_colours_are_the_terminals_own() {
        let auto = ThemeArg::Auto;
        assert_eq!(chosen(auto, None, &[]), Theme::Terminal);
        assert_eq!(chosen(auto, None, &[("COLORFGBG", "15;0")]), Theme::Dark);
        assert_eq!(
            chosen(auto, None, &[("COLORFGBG", "0;default;15")]),
            Theme::Light
        );
        assert_eq!(
            chosen(auto, Some(Theme::Light), &[("COLORFGBG", "15;0")]),
            Theme::Light
        );
        assert_eq!(chosen(ThemeArg::Dark, Some(Theme::Light), &[]), Theme::Dark);
        for quiet in [("NO_COLOR", "1"), ("TERM", "vt100"), ("TERM", "dumb")] {
            assert_eq!(
                chosen(auto, Some(Theme::Dark), &[quiet]),
                Theme::Mono,
                "{quiet:?}"
            );
        }
    }
}
