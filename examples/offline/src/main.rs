//! A queue consumer that knows who sent each message: no network, no async, no framework.
//!
//! `consumer.rs` is what you would write. `issuer.rs` plays the part of those who sign, for this demonstration.

mod consumer;
mod issuer;

use std::{error::Error, sync::Arc};

use crate::{
    consumer::{Consumer, Keys, Message, Outcome},
    issuer::{DemoIssuer, jwk_set},
};

fn main() -> Result<(), Box<dyn Error>> {
    for (body, outcome) in story()? {
        match outcome {
            Outcome::Processed { sender } => println!("processed    {body}: from {sender}"),
            Outcome::DeadLetter { code, reason } => println!("dead letter  {body}: {code} ({reason})"),
        }
    }
    Ok(())
}

/// Three rounds of messages. Before each, the issuer publishes its keys: the second is new, then the first is gone.
fn story() -> Result<Vec<(&'static str, Outcome)>, Box<dyn Error>> {
    let old = DemoIssuer::new("2026-10", b"for demonstration only, key one!");
    let new = DemoIssuer::new("2026-11", b"for demonstration only, key two!");
    let impostor = DemoIssuer::new("2026-10", b"for demonstration only, impostor");
    let message = |body, token| Message { body, token };

    let rounds = [
        (
            jwk_set(&[&old]),
            vec![
                message("an order", old.sign("shop", "orders:write", 300)),
                message("an order by a reader", old.sign("reports", "orders:read", 300)),
                message("an order that waited too long", old.sign("shop", "orders:write", -3600)),
                message("an order by an impostor", impostor.sign("shop", "orders:write", 300)),
                message("an order without a token", String::new()),
                message("an order with a key unknown as yet", new.sign("shop", "orders:write", 300)),
            ],
        ),
        (
            jwk_set(&[&old, &new]),
            vec![
                message("an order with the old key", old.sign("shop", "orders:write", 300)),
                message("an order with the new key", new.sign("shop", "orders:write", 300)),
            ],
        ),
        (
            jwk_set(&[&new]),
            vec![message("an order with a withdrawn key", old.sign("shop", "orders:write", 300))],
        ),
    ];

    let keys = Arc::new(Keys::new());
    let consumer = Consumer::new(Arc::clone(&keys))?;
    let mut outcomes = Vec::new();
    for (published, queue) in rounds {
        keys.replace(&published)?;
        for message in queue {
            outcomes.push((message.body, consumer.handle(&message)));
        }
    }
    Ok(outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_is_processed_or_set_aside_for_its_reason() {
        let outcomes = story().unwrap();
        let told = outcomes.iter().map(|(body, outcome)| match outcome {
            Outcome::Processed { sender } => (*body, sender.as_str()),
            Outcome::DeadLetter { code, .. } => (*body, *code),
        });
        let expected = [
            ("an order", "shop"),
            ("an order by a reader", "insufficient_scope"),
            ("an order that waited too long", "expired"),
            ("an order by an impostor", "invalid_signature"),
            ("an order without a token", "malformed"),
            ("an order with a key unknown as yet", "key_not_found"),
            ("an order with the old key", "shop"),
            ("an order with the new key", "shop"),
            ("an order with a withdrawn key", "key_not_found"),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
