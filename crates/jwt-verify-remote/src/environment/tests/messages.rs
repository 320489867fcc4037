//! What people read when something is missing or wrong, word by word.

use core::fmt::Write;

use super::*;

/// In `messages.txt` stand variables, each line after `$ `, and under them what is said about them.
#[test]
fn every_message_is_as_in_the_file() {
    let file = include_str!("messages.txt");
    let mut found = String::new();
    for block in file.split("\n\n") {
        let set: Vec<_> = block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
        let variables = set.join("\n");
        set.iter().try_for_each(|line| writeln!(found, "$ {line}")).unwrap();
        let said = match environment(&variables) {
            Ok(environment) => environment.notices().iter().map(|notice| format!("{notice}\n")).collect(),
            Err(error) => format!("{error}\n"),
        };
        for line in said.lines() {
            writeln!(found, "> {line}").unwrap();
        }
        found.push('\n');
    }
    assert_eq!(found.trim_end(), file.trim_end(), "what is said now:\n\n{found}");
}
