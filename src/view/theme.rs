//! Colours. Every state is a word and a sign first; colour only helps. Text stays in the terminal's own colours, and so do the hues as long
//! as nobody has said what the background is; else they follow Okabe and Ito's palette for colour-blind readers, darkened for light
//! backgrounds.

use crate::app::model::{Model, Theme};
use crate::model::socket::Stage;
use ratatui::style::{Color, Modifier, Style};

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    /// Under way.
    Pending,
    /// A hint.
    Hint,
    /// It worked.
    Good,
    /// It failed.
    Bad,
    /// Headings.
    Heading,
}

/// A colour for terminals with all colours and for those with xterm's 256.
#[derive(Clone, Copy, Debug)]
pub struct Shade {
    /// Red, green, blue.
    pub rgb: (u8, u8, u8),
    /// The number in xterm's table.
    pub indexed: u8,
}

const fn shade(r: u8, g: u8, b: u8, indexed: u8) -> Shade {
    Shade {
        rgb: (r, g, b),
        indexed,
    }
}

/// The colour of a theme, if it has any.
pub fn shade_of(theme: Theme, hue: Hue) -> Option<Shade> {
    Some(match (theme, hue) {
        (Theme::Mono | Theme::Terminal, _) => return None,
        (Theme::Dark, Hue::Pending) => shade(86, 180, 233, 74),
        (Theme::Dark, Hue::Hint) => shade(230, 159, 0, 178),
        (Theme::Dark, Hue::Good) => shade(0, 178, 135, 36),
        (Theme::Dark, Hue::Bad) => shade(255, 125, 60, 209),
        (Theme::Dark, Hue::Heading) => shade(204, 150, 185, 175),
        (Theme::Light, Hue::Pending) => shade(0, 90, 145, 24),
        (Theme::Light, Hue::Hint) => shade(125, 80, 0, 94),
        (Theme::Light, Hue::Good) => shade(0, 100, 75, 22),
        (Theme::Light, Hue::Bad) => shade(165, 55, 0, 88),
        (Theme::Light, Hue::Heading) => shade(120, 50, 95, 53),
        (Theme::HighContrast, Hue::Hint | Hue::Heading) => shade(255, 255, 0, 226),
        (Theme::HighContrast, _) => shade(255, 255, 255, 231),
    })
}

/// The background a theme is made for.
pub fn background(theme: Theme) -> Option<(u8, u8, u8)> {
    match theme {
        Theme::Mono | Theme::Terminal => None,
        Theme::Dark | Theme::HighContrast => Some((0, 0, 0)),
        Theme::Light => Some((255, 255, 255)),
    }
}

/// The style of a hue in the model's theme.
pub fn style(model: &Model, hue: Hue) -> Style {
    let base = match model.theme {
        // This theme cannot rely on the terminal's own background.
        Theme::HighContrast => Style::new().bg(Color::Indexed(16)),
        _ => Style::new(),
    };
    match shade_of(model.theme, hue) {
        None if model.theme == Theme::Terminal => terminals_own(hue),
        None => base,
        Some(shade) if model.place.true_colour => {
            let (r, g, b) = shade.rgb;
            base.fg(Color::Rgb(r, g, b))
        }
        Some(shade) => base.fg(Color::Indexed(shade.indexed)),
    }
}

/// A colour of the terminal's own sixteen, which its owner has made readable: none of the bright ones, none of those that are pale on white
/// or dark on black in most tables, and none for what is there most of the time.
fn terminals_own(hue: Hue) -> Style {
    match hue {
        Hue::Hint => Style::new().fg(Color::Magenta),
        Hue::Good => Style::new().fg(Color::Green),
        Hue::Bad => Style::new().fg(Color::Red),
        Hue::Pending | Hue::Heading => Style::new(),
    }
}

/// Plain text.
pub fn text(model: &Model) -> Style {
    match model.theme {
        Theme::HighContrast => Style::new().fg(Color::Indexed(231)).bg(Color::Indexed(16)),
        _ => Style::new(),
    }
}

/// The style of a stage's word.
pub fn stage(model: &Model, stage: Stage) -> Style {
    match stage {
        Stage::Connected | Stage::Listening | Stage::Accepted => style(model, Hue::Good),
        Stage::Error => style(model, Hue::Bad),
        Stage::Writable => style(model, Hue::Hint),
        Stage::Pending | Stage::ConnectAttempted | Stage::Resolving => style(model, Hue::Pending),
        Stage::New | Stage::Created | Stage::NonBlocking | Stage::Closed => text(model),
    }
}

/// What changed in this record.
pub fn changed(style: Style) -> Style {
    style.add_modifier(Modifier::BOLD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::Surroundings;
    use crate::model::record::Header;
    use std::time::Duration;

    fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn xterm(index: u8) -> (u8, u8, u8) {
        let level = |n: u8| if n == 0 { 0 } else { 55 + n * 40 };
        let cube = index - 16;
        (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
    }

    fn model_in(theme: Theme, true_colour: bool) -> Model {
        let header = Header {
            version: 2,
            os: "linux".to_owned(),
            kernel: "6.18.0".to_owned(),
            program: "sockstep".to_owned(),
            started: 0,
            sysctl: Vec::new(),
            unknown: Vec::new(),
        };
        let place = Surroundings {
            header,
            local_offset: 0,
            unicode: true,
            true_colour,
        };
        Model::new(place, theme, Duration::ZERO, (80, 24))
    }

    fn rgb(colour: Color) -> Option<(u8, u8, u8)> {
        match colour {
            Color::Rgb(r, g, b) => Some((r, g, b)),
            Color::Indexed(number) => Some(xterm(number)),
            _ => None,
        }
    }

    #[test]
    fn every_pair_of_which_both_colours_are_ours_can_be_read() {
        let hues = [Hue::Pending, Hue::Hint, Hue::Good, Hue::Bad, Hue::Heading];
        for &theme in Theme::ALL {
            for true_colour in [false, true] {
                let model = model_in(theme, true_colour);
                let styles = hues.map(|hue| style(&model, hue));
                for style in styles.into_iter().chain([text(&model)]) {
                    let pair = (style.fg.and_then(rgb), style.bg.and_then(rgb));
                    // Reversed it is the same pair.
                    if let (Some(fg), Some(bg)) = pair {
                        assert!(contrast(fg, bg) >= 4.5, "{theme:?}: {style:?}");
                    }
                    // What is ours behind letters that are the terminal's own, or bright letters, nobody could judge.
                    assert_eq!(style.bg.is_some(), theme == Theme::HighContrast);
                }
            }
        }
    }

    #[test]
    fn every_colour_can_be_read_on_its_background() {
        let hues = [Hue::Pending, Hue::Hint, Hue::Good, Hue::Bad, Hue::Heading];
        for &theme in Theme::ALL {
            for hue in hues {
                let (Some(shade), Some(background)) = (shade_of(theme, hue), background(theme))
                else {
                    continue;
                };
                for colour in [shade.rgb, xterm(shade.indexed)] {
                    let ratio = contrast(colour, background);
                    assert!(ratio >= 4.5, "{theme:?} {hue:?} {colour:?}: {ratio:.2}");
                }
            }
        }
    }
}
