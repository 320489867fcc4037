//! What the environment says about the service itself. What it says about tokens is read by `Auth::from_env`.

use std::{
    env,
    error::Error,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

/// Where the service listens, where it keeps its tasks, and which front ends may call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `HOST` and `PORT`: 127.0.0.1 and 8080. Port 0 takes a free one, which the log then names.
    pub address: SocketAddr,
    /// `DATABASE_URL`: in memory, gone when the service ends.
    pub database_url: String,
    /// `CORS_ORIGIN`: none, so that only pages of the service's own origin may call it. Several are separated by commas.
    pub cors_origins: Vec<String>,
}

impl Config {
    /// From the environment of this process.
    pub fn from_env() -> Result<Self, ConfigError> {
        // What is not UTF-8 becomes text that no variable accepts.
        Self::from_variables(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// An empty variable counts as not set. Everything that is wrong is told at once.
    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let read = |name: &'static str, default: &str| {
            variable(name).filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
        };
        let (host, port) = (read("HOST", "127.0.0.1"), read("PORT", "8080"));
        let (database_url, origins) = (read("DATABASE_URL", "sqlite::memory:"), read("CORS_ORIGIN", ""));

        let host = host.parse::<IpAddr>().unwrap_or_else(|_| {
            problems.push(Problem::new("HOST", &host, "an IP address, such as 0.0.0.0 for all"));
            Ipv4Addr::LOCALHOST.into()
        });
        let port = port.parse::<u16>().unwrap_or_else(|_| {
            problems.push(Problem::new("PORT", &port, "a number from 0 to 65535, such as 8080"));
            0
        });
        if !database_url.starts_with("sqlite:") {
            // Not shown: the address of a database may have a password in it.
            problems.push(Problem::new(
                "DATABASE_URL",
                "something else",
                "sqlite::memory: or sqlite://tasks.db?mode=rwc",
            ));
        }
        let cors_origins: Vec<_> = origins
            .split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(str::to_owned)
            .collect();
        for origin in cors_origins.iter().filter(|origin| !is_origin(origin)) {
            problems.push(Problem::new(
                "CORS_ORIGIN",
                origin,
                "an exact origin, such as https://app.example.com",
            ));
        }

        match problems.is_empty() {
            true => Ok(Self { address: SocketAddr::new(host, port), database_url, cors_origins }),
            false => Err(ConfigError(problems)),
        }
    }
}

/// Everything that is wrong in the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the service is not configured")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}

impl Error for ConfigError {}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    variable: &'static str,
    found: String,
    expected: &'static str,
}

impl Problem {
    fn new(variable: &'static str, found: &str, expected: &'static str) -> Self {
        Self { variable, found: found.to_owned(), expected }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {:?}", self.variable, self.expected, self.found)
    }
}

/// As a browser writes it into `Origin` (RFC 6454 §6.2): scheme, host and perhaps a port, in lower case and without a slash at the end.
/// Anything else would be compared in vain, and `*` would let every page in.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':' | b'[' | b']'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_variables(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_in_the_environment_is_port_8080_of_this_machine_and_a_database_in_memory() {
        let expected = Config {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database_url: "sqlite::memory:".into(),
            cors_origins: vec![],
        };
        assert_eq!(config(&[]), Ok(expected.clone()));
        assert_eq!(config(&[("PORT", ""), ("DATABASE_URL", ""), ("CORS_ORIGIN", "")]), Ok(expected));
    }

    #[test]
    fn every_variable_counts() {
        let found = config(&[
            ("HOST", "0.0.0.0"),
            ("PORT", "0"),
            ("DATABASE_URL", "sqlite://tasks.db?mode=rwc"),
            ("CORS_ORIGIN", "http://localhost:5173, https://app.example.com"),
        ]);
        let expected = Config {
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            database_url: "sqlite://tasks.db?mode=rwc".into(),
            cors_origins: vec!["http://localhost:5173".into(), "https://app.example.com".into()],
        };
        assert_eq!(found, Ok(expected));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_and_no_password_of_a_database() {
        let wrong = [
            ("HOST", "localhost"),
            ("PORT", "65536"),
            ("DATABASE_URL", "postgres://ada:secret@db/tasks"),
            ("CORS_ORIGIN", "*,https://app.example.com/"),
        ];
        let expected = "the service is not configured
- HOST: expected an IP address, such as 0.0.0.0 for all, found \"localhost\"
- PORT: expected a number from 0 to 65535, such as 8080, found \"65536\"
- DATABASE_URL: expected sqlite::memory: or sqlite://tasks.db?mode=rwc, found \"something else\"
- CORS_ORIGIN: expected an exact origin, such as https://app.example.com, found \"*\"
- CORS_ORIGIN: expected an exact origin, such as https://app.example.com, found \"https://app.example.com/\"";
        assert_eq!(config(&wrong).unwrap_err().to_string(), expected);
    }
}
