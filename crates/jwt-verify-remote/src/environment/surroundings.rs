//! Where the program runs: in production or not, and which hosts it may reach over plain `http`.

use url::Url;

use super::{EnvironmentProblem, Findings, Notice, shown, variables::Variables};
use crate::{
    AddressError,
    address::{AddressRules, is_loopback},
};

/// What the environment says of where the program runs.
pub(super) struct Surroundings {
    /// ENVIRONMENT says so: `https` everywhere.
    is_production: bool,
    /// The variable by which it looks like production, if it does.
    sign: Option<&'static str>,
    http_hosts: Vec<String>,
    rules: AddressRules,
}

impl Surroundings {
    pub(super) fn read(variables: &Variables, findings: &mut Findings) -> Self {
        let environment = variables.text("ENVIRONMENT");
        // Any other name counts as production, so that a misspelled one loosens nothing.
        let is_production = environment
            .is_some_and(|name| !NOT_PRODUCTION.iter().any(|known| known.eq_ignore_ascii_case(name)));
        let looks_like_it = |sign: &&str| match *sign {
            "NODE_ENV" => variables.text(sign).is_some_and(|value| value.eq_ignore_ascii_case("production")),
            _ => variables.is_set(sign),
        };
        let sign = match environment {
            Some(_) => is_production.then_some("ENVIRONMENT"),
            None => SIGNS_OF_PRODUCTION.into_iter().find(looks_like_it),
        };

        let mut http_hosts = Vec::new();
        for entry in variables.list(HTTP_HOSTS) {
            match AddressRules::new([entry]) {
                Ok(_) => http_hosts.push(entry.to_owned()),
                Err(_) => findings.problems.push(EnvironmentProblem::invalid(HTTP_HOSTS, entry)),
            }
        }
        let rules = AddressRules::new(&http_hosts).unwrap_or_default();
        Self { is_production, sign, http_hosts, rules }
    }

    /// The hosts that were named, for whoever fetches.
    pub(super) fn http_hosts(&self) -> &[String] {
        &self.http_hosts
    }

    /// An address that something is fetched from, which `variable` has led to.
    pub(super) fn check_fetched(&self, variable: &'static str, address: &str, findings: &mut Findings) {
        let is_production = self.is_production;
        match self.rules.check(address) {
            Ok(url) if is_production && url.scheme() == "http" && !self.names(&url) => {
                findings.problems.push(EnvironmentProblem::PlainHttp {
                    variable,
                    host: host_and_port(&url),
                    is_production,
                });
            }
            Ok(url) => {
                if url.scheme() == "http" && !is_loopback(&url) {
                    findings.notices.push(Notice::PlainHttpAllowed { variable, host: host_and_port(&url) });
                }
                self.notice_localhost(variable, &url, findings);
            }
            Err(AddressError::PlainHttp { host }) => {
                findings.problems.push(EnvironmentProblem::PlainHttp { variable, host, is_production });
            }
            Err(AddressError::NotAUrl | AddressError::Scheme) => {
                findings.problems.push(EnvironmentProblem::invalid(variable, address));
            }
            Err(reason) => {
                findings.problems.push(EnvironmentProblem::Address {
                    variable,
                    found: shown(address),
                    reason,
                });
            }
        }
    }

    /// The name of an issuer, from which nothing is fetched.
    pub(super) fn check_name(&self, variable: &'static str, name: &str, findings: &mut Findings) {
        let Ok(url) = Url::parse(name) else { return };
        if self.is_production && url.scheme() == "http" && !is_loopback(&url) {
            findings.notices.push(Notice::PlainHttpIssuer { variable });
        }
        self.notice_localhost(variable, &url, findings);
    }

    fn notice_localhost(&self, variable: &'static str, url: &Url, findings: &mut Findings) {
        if let Some(sign) = self.sign
            && is_loopback(url)
        {
            let notice = Notice::Localhost { variable, host: host_and_port(url), sign };
            if !findings.notices.contains(&notice) {
                findings.notices.push(notice);
            }
        }
    }

    /// Whether a loopback host was named, which otherwise needs no permission.
    fn names(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        !is_loopback(url)
            || self
                .http_hosts
                .iter()
                .any(|named| named.eq_ignore_ascii_case(host) || named.eq_ignore_ascii_case(&with_port))
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

pub(super) const HTTP_HOSTS: &str = "JWT_DANGER_ALLOW_HTTP_HOSTS";

/// Values of ENVIRONMENT with which plain `http` to this machine needs no permission.
const NOT_PRODUCTION: [&str; 6] = ["development", "dev", "local", "test", "testing", "ci"];

/// Variables that tell of production where ENVIRONMENT says nothing: one that Node programs read, and those that clusters and platforms set
/// (Kubernetes, Heroku, Fly, Cloud Run, ECS, Railway, Render). They only cause notices.
pub(super) const SIGNS_OF_PRODUCTION: [&str; 8] = [
    "NODE_ENV",
    "KUBERNETES_SERVICE_HOST",
    "DYNO",
    "FLY_APP_NAME",
    "K_SERVICE",
    "ECS_CONTAINER_METADATA_URI_V4",
    "RAILWAY_ENVIRONMENT",
    "RENDER",
];
