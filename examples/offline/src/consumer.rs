//! The consumer: verify the token, ask who it is, check that they may, and only then look at the message.

use std::sync::{Arc, PoisonError, RwLock};

use jwt_verify_core::{
    Algorithm, BuildError, Claims, Denied, Error, Freshness, Held, Identity, JwkSet, JwkSetError, KeySet,
    KeySource, Policy, TrustedIssuer, Verifier,
};

/// What the queue delivers. The token tells who sends it; it says nothing about the body.
pub struct Message {
    pub body: &'static str,
    pub token: String,
}

/// What becomes of a message.
pub enum Outcome {
    Processed {
        sender: String,
    },
    /// Set aside: a stable code to count and to alert on, and a reason for people.
    DeadLetter {
        code: &'static str,
        reason: String,
    },
}

pub struct Consumer {
    verifier: Verifier,
    may_order: Policy,
}

impl Consumer {
    /// Whom we trust, whom tokens are for, and what they are signed with. What is missing is told here, all at once.
    pub fn new(keys: Arc<Keys>) -> Result<Self, BuildError> {
        let issuer = TrustedIssuer::builder("https://id.example.com")
            .audience("order-queue")
            .algorithms([Algorithm::EdDsa])
            .key_source(keys)
            .build()?;
        Ok(Self { verifier: Verifier::new(issuer), may_order: Policy::scope("orders:write") })
    }

    pub fn handle(&self, message: &Message) -> Outcome {
        match self.sender_of(message) {
            // The place for the work itself.
            Ok(sender) => Outcome::Processed { sender: sender.id().to_owned() },
            Err(set_aside) => set_aside,
        }
    }

    /// Who sent the message, if they may.
    fn sender_of(&self, message: &Message) -> Result<Identity, Outcome> {
        let verified = self.verifier.verify_held::<Claims>(&message.token)?;
        let sender = verified.identity()?;
        self.may_order.check(&sender, verified.verified_at())?;
        Ok(sender)
    }
}

/// The token is not genuine, not for us, or not valid now.
impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::DeadLetter { code: error.code(), reason: error.to_string() }
    }
}

/// The sender is known, and may not.
impl From<Denied> for Outcome {
    fn from(denied: Denied) -> Self {
        Self::DeadLetter { code: denied.code(), reason: denied.to_string() }
    }
}

/// The issuer's keys as somebody else brings them: a mounted file, a configuration service.
#[derive(Debug)]
pub struct Keys(RwLock<KeySet>);

impl Keys {
    pub fn new() -> Self {
        Self(RwLock::new(KeySet::empty()))
    }

    /// Takes what the issuer publishes now. A broken document changes nothing.
    pub fn replace(&self, jwk_set: &str) -> Result<(), JwkSetError> {
        let set = JwkSet::parse(jwk_set)?;
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // `None` if it is the same. Keys that stay keep what was prepared for them.
        if let Some(newer) = held.renewed(set) {
            *held = newer;
        }
        Ok(())
    }
}

/// `refresh` keeps its default: there is nobody to ask for newer keys.
impl KeySource for Keys {
    fn held(&self) -> Held {
        Held::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone(), Freshness::Fresh)
    }
}
