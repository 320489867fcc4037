//! A table whose cells are wrapped to the width of a terminal.

use core::iter;
use std::io::{self, Write};

use anstyle::Style;

use crate::report::DIM;

/// A row: a mark, a name, and two cells of text.
pub(crate) struct Row {
    pub(crate) style: Style,
    pub(crate) mark: &'static str,
    pub(crate) name: String,
    pub(crate) cells: [String; 2],
}

/// Writes the rows under the names of their columns. `width` is that of the terminal, `None` where lines may be of any length.
pub(crate) fn write(
    out: &mut impl Write,
    columns: [&str; 3],
    rows: &[Row],
    width: Option<usize>,
) -> io::Result<()> {
    let [name, one, other] = columns;
    let widest = |cell: fn(&Row) -> &str, title: &str| {
        rows.iter().map(cell).chain(iter::once(title)).map(length).max().unwrap_or(0)
    };
    let names = widest(|row| &row.name, name);
    let natural = [
        widest(|Row { cells: [one, _], .. }| one, one),
        widest(|Row { cells: [_, other], .. }| other, other),
    ];
    let frame = names.saturating_add(MARK).saturating_add(2 * GAP);
    let [ones, others] = match width {
        Some(width) => shares(natural, width.saturating_sub(frame)),
        None => natural,
    };

    writeln!(out, "{DIM}    {name:names$}  {one:ones$}  {other}{DIM:#}")?;
    for Row { style, mark, name, cells: [one, other] } in rows {
        let (mut ones_left, mut others_left) = (wrap(one, ones).into_iter(), wrap(other, others).into_iter());
        let (mut mark, mut name) = (*mark, name.as_str());
        loop {
            let (one, other) = (ones_left.next(), others_left.next());
            if one.is_none() && other.is_none() {
                break;
            }
            let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
            let line = format!("{name:names$}  {one:ones$}  {other}");
            writeln!(out, "  {style}{mark:1}{style:#} {}", line.trim_end())?;
            (mark, name) = ("", "");
        }
    }
    Ok(())
}

/// Texts of several columns as one text each, the title first, so that they stand below each other.
pub(crate) fn aligned<const N: usize>(titles: [&str; N], rows: Vec<[String; N]>) -> (String, Vec<String>) {
    let mut widths = titles.map(length);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = length(cell).max(*width);
        }
    }
    let align = |cells: [String; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ")
    };
    (align(titles.map(String::from)), rows.into_iter().map(align).collect())
}

/// What two columns get of a space in which both may not fit. The other comes first, up to three fifths: it holds names and
/// key IDs, and the one holds sentences, which can be broken at their spaces.
fn shares([one, other]: [usize; 2], space: usize) -> [usize; 2] {
    if one.saturating_add(other) <= space {
        return [one, other];
    }
    let most = space.saturating_mul(3) / 5;
    let other = other.min(most.max(space.saturating_sub(one)));
    [space.saturating_sub(other).max(NARROWEST), other.max(NARROWEST)]
}

/// Breaks text at spaces, and words that are longer than a line anywhere. At least one line.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = width;
    for word in text.split(' ') {
        let begins_line = room == width;
        let needed = length(word).saturating_add(usize::from(!begins_line));
        if needed <= room {
            if let Some(line) = lines.last_mut() {
                line.push_str(if begins_line { "" } else { " " });
                line.push_str(word);
            }
            room = room.saturating_sub(needed);
            continue;
        }
        if !begins_line {
            lines.push(String::new());
            room = width;
        }
        for character in word.chars() {
            if room == 0 {
                lines.push(String::new());
                room = width;
            }
            if let Some(line) = lines.last_mut() {
                line.push(character);
            }
            room = room.saturating_sub(1);
        }
    }
    lines
}

/// In columns, nearly: a few scripts take two for a character.
fn length(text: &str) -> usize {
    text.chars().count()
}

/// Indentation, mark and a space.
const MARK: usize = 4;
/// Between columns.
const GAP: usize = 2;
/// Narrower columns are harder to read than lines that the terminal breaks.
const NARROWEST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_spaces_and_long_words_anywhere() {
        // text, width, lines
        for (text, width, expected) in [
            ("", 5, vec![""]),
            ("one", 5, vec!["one"]),
            ("one two", 7, vec!["one two"]),
            ("one two", 6, vec!["one", "two"]),
            ("abcdefgh", 3, vec!["abc", "def", "gh"]),
            ("a bcdefg", 3, vec!["a", "bcd", "efg"]),
        ] {
            assert_eq!(wrap(text, width), expected, "{text:?} in {width}");
        }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["EC P-256", "ES256"], ["RSA 2048", "-"]].map(|row| row.map(String::from));
        let (title, rows) = aligned(["type", "algorithm"], rows.into());
        assert_eq!(title, "type      algorithm");
        assert_eq!(rows, ["EC P-256  ES256    ", "RSA 2048  -        "]);
    }

    #[test]
    fn names_are_broken_after_sentences() {
        // natural widths, space, widths
        for (natural, space, expected) in [
            ([20, 20], 80, [20, 20]),
            ([70, 20], 80, [60, 20]),
            ([20, 70], 80, [20, 60]),
            ([70, 45], 80, [35, 45]),
            ([70, 70], 80, [32, 48]),
            ([70, 70], 10, [16, 16]),
        ] {
            assert_eq!(shares(natural, space), expected, "{natural:?} in {space}");
        }
    }
}
