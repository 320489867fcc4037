//! The adapters answer byte for byte the same, and the same as `jwt-verify-http` without a framework.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

#[path = "../../jwt-verify-actix/tests/conformance/harness.rs"]
mod actix;
#[path = "../../jwt-verify-axum/tests/conformance/harness.rs"]
mod axum;
#[path = "../../jwt-verify-poem/tests/conformance/harness.rs"]
mod poem;
#[path = "reference/harness.rs"]
mod reference;

use jwt_verify_testing::conformance::{Answer, Case, Harness, answer, cases};

type Seen = fn(&Case) -> Answer;

#[test]
fn all_adapters_answer_byte_for_byte_the_same() {
    let frameworks: [(&str, Seen); 4] = [
        ("no framework", seen::<reference::Reference>),
        ("Axum", seen::<axum::Axum>),
        ("Actix-web", seen::<actix::Actix>),
        ("Poem", seen::<poem::Poem>),
    ];
    let mut differences = String::new();
    for case in cases() {
        let answers = frameworks.map(|(name, seen)| (name, seen(&case)));
        let [(_, expected), ..] = &answers;
        if answers.iter().all(|(_, answer)| answer == expected) {
            continue;
        }
        differences += &format!("\n{}::{}\n", case.topic(), case.name());
        for (name, Answer { status, fields, body, .. }) in &answers {
            differences += &format!("  {name:<13} {status} {fields:?} {:?}\n", String::from_utf8_lossy(body));
        }
    }
    assert!(differences.is_empty(), "the answers differ:\n{differences}");
}

/// The answer without what belongs to the connection and not to its meaning.
fn seen<H: Harness>(case: &Case) -> Answer {
    let mut answer = answer::<H>(case);
    // `Date` is the time. RFC 9110 §9.3.2, HEAD: a server may leave out what it would learn only by making the content.
    answer.fields.retain(|(name, _)| match name.as_str() {
        "connection" | "date" | "server" => false,
        "content-length" => case.method() != "HEAD",
        _ => true,
    });
    // RFC 9110 §5.3: "The order in which header fields with differing field names are received in a section is not significant."
    answer.fields.sort();
    answer
}
