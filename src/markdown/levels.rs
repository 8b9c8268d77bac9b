//! The levels of headings as they are shown: from 2 downwards, no level left out.
//!
//! A page's first level is its title. A body that begins with `###`, or goes from `##` to `####`, would leave
//! a hole that screen readers stumble over and HTML checkers report; so levels close up, and siblings stay siblings.

/// The headings that the next one may stand below.
#[derive(Default)]
pub(super) struct Levels {
    /// Their levels as written, ascending.
    above: Vec<u8>,
}

impl Levels {
    /// The level to show for a heading written with so many `#`.
    pub(super) fn level(&mut self, written: u8) -> u8 {
        // The report's own title belongs to the page: sections below a `#` are sections all the same.
        let written = written.max(2);
        while self.above.last().is_some_and(|&above| above >= written) {
            self.above.pop();
        }
        self.above.push(written);
        // At most five levels are written (2 to 6), so at most five stand above each other.
        self.above.len() as u8 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::Levels;

    fn levels<const N: usize>(written: [u8; N]) -> [u8; N] {
        let mut outline = Levels::default();
        written.map(|level| outline.level(level))
    }

    #[test]
    fn levels_close_up_and_siblings_stay_siblings() {
        assert_eq!(levels([2, 3, 3, 2, 4, 4, 3]), [2, 3, 3, 2, 3, 3, 3]);
        assert_eq!(levels([3, 3, 2, 3]), [2, 2, 2, 3]);
        assert_eq!(levels([2, 4, 6, 5]), [2, 3, 4, 4]);
    }

    #[test]
    fn a_first_level_heading_counts_as_a_section() {
        assert_eq!(levels([1, 2, 3, 1]), [2, 2, 3, 2]);
    }
}
