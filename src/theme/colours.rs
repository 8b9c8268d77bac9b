//! The colours of a site: `assets/colours.css`, made from one accent colour.
//!
//! In: the accent. Out: a style sheet of custom properties for light, dark and high contrast, in which every text can be
//! read on every ground it stands on, by the measure of WCAG 2 (4.5:1; 7:1 in high contrast). A theme uses the
//! properties and has no colours of its own; one with an `assets/colours.css` gets that instead.

use std::fmt::Write;

use crate::config::Colour;

/// The accent of a site that names none: the blue of official documents.
pub const DEFAULT: Colour = Colour([0x1b, 0x4f, 0x8f]);

/// The grounds and inks of one way of showing a page, and how well text must stand out from them.
struct Mode {
    scheme: &'static str,
    /// The sheet, what lies around it, header cells.
    paper: Colour,
    ground: Colour,
    head: Colour,
    ink: Colour,
    ink_soft: Colour,
    line: Colour,
    line_strong: Colour,
    warn: Colour,
    warn_soft: Colour,
    /// How much of the accent is in its soft shade, of 64 parts.
    soft: u16,
    contrast: f64,
}

const fn hex(number: u32) -> Colour {
    Colour([(number >> 16) as u8, (number >> 8) as u8, number as u8])
}

const LIGHT: Mode = Mode {
    scheme: "light",
    paper: hex(0xffffff),
    ground: hex(0xf6f6f3),
    head: hex(0xf1f3f5),
    ink: hex(0x1c2027),
    ink_soft: hex(0x545b67),
    line: hex(0xdcdee2),
    line_strong: hex(0x9198a3),
    warn: hex(0x8f2d12),
    warn_soft: hex(0xfaeee9),
    soft: 5,
    contrast: 4.5,
};

const DARK: Mode = Mode {
    scheme: "dark",
    paper: hex(0x1c1f25),
    ground: hex(0x14161a),
    head: hex(0x262a32),
    ink: hex(0xe6e8eb),
    ink_soft: hex(0xaab1bd),
    line: hex(0x383d47),
    line_strong: hex(0x737b88),
    warn: hex(0xf2a88f),
    warn_soft: hex(0x3a251d),
    soft: 9,
    contrast: 4.5,
};

/// White on black, for eyes that light grounds dazzle.
const CONTRAST: Mode = Mode {
    scheme: "dark",
    paper: hex(0x000000),
    ground: hex(0x000000),
    head: hex(0x000000),
    ink: hex(0xffffff),
    ink_soft: hex(0xffffff),
    line: hex(0xb8b8b8),
    line_strong: hex(0xffffff),
    warn: hex(0xffd24a),
    warn_soft: hex(0x000000),
    soft: 0,
    contrast: 9.0,
};

/// Black on white, for a system that asks for more contrast.
const CONTRAST_LIGHT: Mode = Mode {
    scheme: "light",
    paper: hex(0xffffff),
    ground: hex(0xffffff),
    head: hex(0xffffff),
    ink: hex(0x000000),
    ink_soft: hex(0x000000),
    line: hex(0x555555),
    line_strong: hex(0x000000),
    warn: hex(0x6b1500),
    warn_soft: hex(0xffffff),
    soft: 0,
    contrast: 7.0,
};

/// The style sheet. Paper is light whatever the screen is; a mode that a reader chose comes before what the system asks.
pub fn sheet(accent: Colour) -> String {
    let mut out = String::from("/* Made from `appearance.accent` of site.yaml. */\n");
    let blocks = [
        (":root", "", &LIGHT),
        (":root", "screen and (prefers-color-scheme:dark)", &DARK),
        (":root", "screen and (prefers-contrast:more)", &CONTRAST_LIGHT),
        (":root", "screen and (prefers-contrast:more) and (prefers-color-scheme:dark)", &CONTRAST),
        (":root[data-colours=light]", "screen", &LIGHT),
        (":root[data-colours=dark]", "screen", &DARK),
        (":root[data-colours=contrast]", "screen", &CONTRAST),
    ];
    for (selector, media, mode) in blocks {
        let properties = properties(mode, accent);
        match media {
            "" => writeln!(out, "{selector}{{{properties}}}"),
            media => writeln!(out, "@media {media}{{{selector}{{{properties}}}}}"),
        }
        .expect("memory takes every text");
    }
    out
}

/// The shade that stands in for an accent that cannot be read on white; `None` where it can.
pub fn readable(accent: Colour) -> Option<Colour> {
    let shade = LIGHT.readable(accent, LIGHT.contrast);
    (shade != accent).then_some(shade)
}

fn properties(mode: &Mode, accent: Colour) -> String {
    let strong = mode.readable(accent, mode.contrast + 2.0);
    let accent = mode.readable(accent, mode.contrast);
    let soft = mix(mode.paper, accent, mode.soft);
    let on_accent = if contrast(hex(0xffffff), accent) >= contrast(hex(0x000000), accent) { hex(0xffffff) } else { hex(0x000000) };
    let all = [
        ("accent", accent),
        ("accent-strong", strong),
        ("accent-soft", soft),
        ("accent-line", mix(mode.paper, accent, 24.max(mode.soft * 4).min(64))),
        ("on-accent", on_accent),
        ("paper", mode.paper),
        ("ground", mode.ground),
        ("head", mode.head),
        ("ink", mode.ink),
        ("ink-soft", mode.ink_soft),
        ("line", mode.line),
        ("line-strong", mode.line_strong),
        ("warn", mode.warn),
        ("warn-soft", mode.warn_soft),
    ];
    let mut out = format!("color-scheme:{}", mode.scheme);
    for (name, colour) in all {
        write!(out, ";--{name}:{colour}").expect("memory takes every text");
    }
    out
}

impl Mode {
    fn grounds(&self, accent: Colour) -> [Colour; 5] {
        [self.paper, self.ground, self.head, self.warn_soft, mix(self.paper, accent, self.soft)]
    }

    /// The nearest shade of a colour that stands out from every ground: as it is, or towards the ink in 64 steps.
    fn readable(&self, colour: Colour, wanted: f64) -> Colour {
        let ink = if self.scheme == "light" { hex(0x000000) } else { hex(0xffffff) };
        let stands_out = |shade: &Colour| self.grounds(*shade).iter().all(|&ground| contrast(*shade, ground) >= wanted);
        (0..64).map(|step| mix(colour, ink, step)).find(stands_out).unwrap_or(ink)
    }
}

/// `parts` of 64 of the second colour, the rest of the first. Whole numbers, so that every machine mixes alike.
fn mix(first: Colour, second: Colour, parts: u16) -> Colour {
    let channel = |at: usize| {
        let (first, second) = (u16::from(first.0[at]), u16::from(second.0[at]));
        ((first * (64 - parts) + second * parts + 32) / 64) as u8
    };
    Colour([channel(0), channel(1), channel(2)])
}

/// Contrast of two colours by WCAG 2: 1 to 21.
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(Colour(channels): Colour) -> f64 {
    let linear = channels.map(|channel| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODES: [&Mode; 4] = [&LIGHT, &DARK, &CONTRAST, &CONTRAST_LIGHT];

    #[test]
    fn every_accent_can_be_read_on_every_ground_in_every_mode() {
        for number in 0..216_u16 {
            let accent = Colour([number / 36, number / 6 % 6, number % 6].map(|step| step as u8 * 51));
            for mode in MODES {
                let shade = mode.readable(accent, mode.contrast);
                for ground in mode.grounds(shade) {
                    assert!(contrast(shade, ground) >= mode.contrast, "{accent} on {ground}");
                }
                let on_accent = contrast(hex(0xffffff), shade).max(contrast(hex(0x000000), shade));
                assert!(on_accent >= 4.5, "text on {shade}");
            }
        }
    }

    #[test]
    fn inks_can_be_read_on_every_ground_and_lines_be_seen() {
        for mode in MODES {
            for ground in mode.grounds(mode.readable(DEFAULT, mode.contrast)) {
                for ink in [mode.ink, mode.ink_soft, mode.warn] {
                    assert!(contrast(ink, ground) >= mode.contrast, "{ink} on {ground}");
                }
            }
            assert!(contrast(mode.line_strong, mode.paper) >= 2.8, "{}", contrast(mode.line_strong, mode.paper));
        }
    }

    #[test]
    fn a_readable_accent_stays_as_it_is_and_a_pale_one_is_darkened() {
        assert_eq!(readable(DEFAULT), None);
        assert_eq!(readable(hex(0x9c1c1c)), None);
        let yellow = readable(hex(0xffcc00)).expect("yellow cannot be read on white");
        assert!(contrast(yellow, LIGHT.ground) >= 4.5);
        let sheet = sheet(hex(0xffcc00));
        let light = sheet.lines().nth(1).expect("light stands first");
        assert!(light.contains(&format!("--accent:{yellow}")) && !light.contains("#ffcc00"), "{light}");
    }
}
