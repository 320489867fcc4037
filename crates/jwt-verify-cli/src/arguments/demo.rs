//! What `demo` may be told.

use core::fmt;

use clap::Args;

/// Everything has a default.
#[derive(Args, Debug)]
pub(crate) struct DemoArguments {
    /// The framework of the service: axum, actix or poem
    #[arg(long, value_name = "NAME", default_value = "axum", value_parser = framework)]
    pub(crate) framework: Framework,

    /// Instead of telling the story, keep the service up, and print curl lines with tokens that live for an hour; ctrl-c ends it
    #[arg(long)]
    pub(crate) serve: bool,

    /// Where --serve listens on 127.0.0.1; by default, and with 0, at a free port
    #[arg(long, value_name = "PORT", value_parser = port)]
    pub(crate) port: Option<u16>,
}

/// A framework that there is an adapter for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Actix,
    Poem,
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Axum => "Axum",
            Self::Actix => "Actix-web",
            Self::Poem => "Poem",
        })
    }
}

fn framework(name: &str) -> Result<Framework, &'static str> {
    match name {
        "axum" => Ok(Framework::Axum),
        "actix" | "actix-web" => Ok(Framework::Actix),
        "poem" => Ok(Framework::Poem),
        _ => Err("there is no adapter of that name: write axum, actix or poem"),
    }
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "not a port: write a number from 0 to 65535")
}

pub(super) const EXAMPLES: &str = "\
Examples:
  The story, told and checked:
    jwt-verify demo

  The same with another framework:
    jwt-verify demo --framework poem

  Something to try from another terminal:
    jwt-verify demo --serve --port 8080

No connection leaves this machine. The issuer of the demo is made for tests, and everybody has its private keys: never trust it.

Exit status:
  0  every answer was the expected one; with --serve, ctrl-c was pressed
  1  an answer was another one
  2  usage, or a port that cannot be had";
