//! Which addresses a text may lead to.
//!
//! In: the destination of a link or image, entities and backslashes already decoded. Out: what becomes of it.
//! Whether a relative one exists is left to the checks.

/// What becomes of a link's or image's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Destination {
    /// Within the site.
    Relative,
    /// `http` or `https`, with a host.
    External,
    /// `mailto` or `tel`.
    Contact,
    /// Nothing between the parentheses.
    Empty,
    /// Any other scheme (`javascript`, `data`, `file`, …), an address without a host, or `//host`:
    /// opened from a disk the last would lead to `file://host`.
    Refused,
}

/// Decides about an address by what browsers make of it: they ignore white space and control characters around
/// and within, do not care for case, and read `\` as `/`.
pub(super) fn classify(destination: &str) -> Destination {
    let squeezed: String = destination.chars().filter(|c| !is_ignored(*c)).collect();
    if squeezed.is_empty() {
        return Destination::Empty;
    }
    if squeezed.replace('\\', "/").starts_with("//") {
        return Destination::Refused;
    }
    let Some(scheme) = scheme(&squeezed) else { return Destination::Relative };
    // A scheme with white space inside it is nobody's honest address.
    if !destination.trim_start_matches(is_ignored).starts_with(scheme) {
        return Destination::Refused;
    }
    let rest = &squeezed[scheme.len() + 1..];
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if has_host(rest) => Destination::External,
        "mailto" | "tel" if !rest.is_empty() => Destination::Contact,
        _ => Destination::Refused,
    }
}

/// The address without what browsers ignore at its ends.
pub(super) fn trimmed(destination: &str) -> &str {
    destination.trim_matches(is_ignored)
}

fn is_ignored(c: char) -> bool {
    c.is_ascii_control() || c.is_whitespace()
}

/// What stands before the first colon, where it can be a scheme; `图:1.png` and `a/b:c` have none.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

fn has_host(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[') && host.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::Destination::*;
    use super::*;

    #[test]
    fn schemes_are_recognised_through_case_spaces_and_control_characters() {
        for bad in [
            "javascript:alert(1)",
            " JaVaScRiPt:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc",
            "ht tp://x.y",
        ] {
            assert_eq!(classify(bad), Refused, "{bad:?}");
        }
    }

    #[test]
    fn protocol_relative_addresses_are_refused() {
        for bad in ["//example.org/a", "\\\\example.org", "/\\example.org", " /\t/example.org"] {
            assert_eq!(classify(bad), Refused, "{bad:?}");
        }
    }

    #[test]
    fn addresses_within_the_site_have_no_scheme() {
        for good in ["2019.md", "../a/", "#一", "?q", "/a", "图:1.png", "a/b:c", "1:2"] {
            assert_eq!(classify(good), Relative, "{good:?}");
        }
    }

    #[test]
    fn the_web_mail_and_telephone_are_allowed() {
        assert_eq!(classify("HTTPS://www.example.org/a b"), External);
        assert_eq!(classify("http://政府.example.org:8080?a"), External);
        assert_eq!(classify("mailto:a@b.c"), Contact);
        assert_eq!(classify("tel:0000-8060001"), Contact);
        assert_eq!(classify(" \n"), Empty);
        assert_eq!(classify("http:///a"), Refused);
    }
}
