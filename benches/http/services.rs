//! The services: one handler, in three frameworks, protected in four ways.

mod actix;
mod axum;
mod by_hand;
mod poem;

use core::fmt;
use std::{net::TcpListener, sync::Arc};

use jwt_verify_core::Verifier;
use tokio::sync::oneshot;

pub(crate) use self::by_hand::ByHand;
use crate::server::Started;

/// Where the handler runs.
#[derive(Clone, Copy)]
pub(crate) enum Framework {
    Axum,
    Actix,
    Poem,
}

impl Framework {
    pub(crate) const ALL: [Self; 3] = [Self::Axum, Self::Actix, Self::Poem];
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
            Self::Poem => "poem",
        })
    }
}

/// How the handler is protected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    /// Not at all: it answers [`NOBODY`].
    Bare,
    /// It takes `CurrentUser`, and answers the caller's ID.
    Extractor,
    /// The same, behind `auth.protect()`.
    Guard,
    /// It takes an extractor that calls `jsonwebtoken`.
    ByHand,
}

impl Variant {
    pub(crate) const ALL: [Self; 4] = [Self::Bare, Self::Extractor, Self::Guard, Self::ByHand];
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bare => "bare",
            Self::Extractor => "`CurrentUser`",
            Self::Guard => "guard and `CurrentUser`",
            Self::ByHand => "by hand",
        })
    }
}

/// What a service is made of.
pub(crate) struct Service {
    pub(crate) variant: Variant,
    pub(crate) verifier: Verifier,
    pub(crate) by_hand: Arc<ByHand>,
    pub(crate) listener: TcpListener,
    pub(crate) started: Started,
    pub(crate) stopped: oneshot::Receiver<()>,
}

/// Serves until it is stopped.
pub(crate) async fn serve(framework: Framework, service: Service) {
    match framework {
        Framework::Axum => axum::serve(service).await,
        Framework::Actix => actix::serve(service).await,
        Framework::Poem => poem::serve(service).await,
    }
}

/// As long as an ID.
pub(crate) const NOBODY: &str = "user-nobody";
