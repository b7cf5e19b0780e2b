//! The colours, from the options and from what the environment says of the terminal.

use crate::app::model::Theme;
use crate::run::config::{Config, Sourced, UseOfColour};
use crate::run::tui;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct ColourArgs {
    /// The colours; auto takes those chosen last, else dark or light as COLORFGBG or the terminal says, else the terminal's own sixteen
    #[arg(long, value_enum)]
    theme: Option<ThemeArg>,
    /// Whether colours are used at all; auto honours NO_COLOR
    #[arg(long, value_enum)]
    color: Option<ColorArg>,
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

impl ColourArgs {
    /// Puts the theme that is said, if one is, in the place of another.
    pub(super) fn say_theme(&self, place: &mut Sourced<Option<Theme>>) {
        place.unless_said(self.theme.map(|theme| match theme {
            ThemeArg::Auto => None,
            ThemeArg::Terminal => Some(Theme::Terminal),
            ThemeArg::Dark => Some(Theme::Dark),
            ThemeArg::Light => Some(Theme::Light),
            ThemeArg::Mono => Some(Theme::Mono),
            ThemeArg::HighContrast => Some(Theme::HighContrast),
        }));
    }

    /// Whether colours are used, if that is said.
    pub(super) fn said_color(&self) -> Option<UseOfColour> {
        self.color.map(|color| match color {
            ColorArg::Auto => UseOfColour::Auto,
            ColorArg::Always => UseOfColour::Always,
            ColorArg::Never => UseOfColour::Never,
        })
    }
}

/// What the terminal can show, as far as the command line, the configuration and the environment say.
pub(super) fn appearance(
    colours: &ColourArgs,
    config: &Config,
    remembered: Option<Theme>,
) -> tui::Appearance {
    let env = |name: &str| std::env::var(name).unwrap_or_default();
    let mut said = config.theme;
    colours.say_theme(&mut said);
    let color = colours.said_color().unwrap_or(config.color.value);
    let chosen = said.value.or(remembered);
    let theme = theme(chosen, color, &env);
    let is_auto = chosen.is_none();
    tui::Appearance {
        theme,
        // The console of Linux knows no such question.
        asks_background: is_auto && theme == Theme::Terminal && env("TERM") != "linux",
        true_colour: matches!(env("COLORTERM").as_str(), "truecolor" | "24bit"),
        unicode: is_utf8(&env),
        depth: config.depth.value,
        history: config.history.value,
    }
}

fn theme(chosen: Option<Theme>, color: UseOfColour, env: &dyn Fn(&str) -> String) -> Theme {
    let no_colour = match color {
        UseOfColour::Never => true,
        UseOfColour::Always => false,
        UseOfColour::Auto => {
            !env("NO_COLOR").is_empty()
                || matches!(env("TERM").as_str(), "dumb" | "vt100" | "vt220")
        }
    };
    if no_colour {
        return Theme::Mono;
    }
    // Colours that were chosen for the wrong background cannot be read; the terminal's own need no guess.
    chosen.unwrap_or_else(|| {
        let background = env("COLORFGBG");
        let number = background.rsplit(';').next();
        match number.and_then(|text| text.parse::<u8>().ok()) {
            Some(7 | 15) => Theme::Light,
            Some(0..=6 | 8) => Theme::Dark,
            _ => Theme::Terminal,
        }
    })
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

    fn found(chosen: Option<Theme>, vars: &[(&str, &str)]) -> Theme {
        let env = |name: &str| {
            let found = vars.iter().find(|(var, _)| *var == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        theme(chosen, UseOfColour::Auto, &env)
    }

    #[test]
    fn without_a_word_about_the_background_the_colours_are_the_terminals_own() {
        assert_eq!(found(None, &[]), Theme::Terminal);
        assert_eq!(found(None, &[("COLORFGBG", "15;0")]), Theme::Dark);
        assert_eq!(found(None, &[("COLORFGBG", "0;default;15")]), Theme::Light);
        assert_eq!(
            found(Some(Theme::Light), &[("COLORFGBG", "15;0")]),
            Theme::Light
        );
        for quiet in [("NO_COLOR", "1"), ("TERM", "vt100"), ("TERM", "dumb")] {
            assert_eq!(found(Some(Theme::Dark), &[quiet]), Theme::Mono, "{quiet:?}");
        }
    }
}
