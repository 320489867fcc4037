//! Rows of variables, and what they lead to.

use super::*;

/// `issuer | where the keys are | algorithms | audience`, then notices; or the problems.
fn outcome(text: &str) -> String {
    let (rules, mut findings) = read(text);
    let summary = rules.as_ref().map(|rules| {
        let debug = format!("{:?}", rules.builder);
        let field = |name: &str| {
            let (_, rest) = debug.split_once(&format!("{name}: [")).unwrap();
            rest.split_once(']').unwrap().0.replace('"', "")
        };
        let keys = match rules.builder.address() {
            Some(address) => address.to_owned(),
            None if debug.contains("keys: Discover") => "discovered".into(),
            None => "secret".into(),
        };
        format!("{} | {keys} | {} | {}", rules.builder.name(), field("algorithms"), field("audiences"))
    });
    let built = rules.and_then(|rules| rules.build(&mut findings));
    let mut lines = match (built, summary) {
        (Some(_), Some(summary)) if findings.problems.is_empty() => vec![summary],
        _ => findings.problems.iter().map(|problem| format!("{problem:?}")).map(short).collect(),
    };
    lines.extend(findings.notices.iter().map(|notice| format!("~ {notice:?}")).map(short));
    lines.join("\n")
}

/// A `Debug` text without what the table of variables adds.
fn short(debug: String) -> String {
    let cut = debug.split_once(", about: ").map_or(debug.as_str(), |(head, _)| head);
    let text = cut.replace("EnvironmentProblem::", "").replace('"', "");
    text.replace(" { ", " ")
        .replace(" }", "")
        .replace("variable: ", "")
        .replace("variables: ", "")
        .replace("found: ", "")
}

fn check(rows: &[(&str, &str)]) {
    let trimmed = |text: &str| {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let wrong: Vec<_> = rows
        .iter()
        .map(|(text, expected)| (text, trimmed(expected), trimmed(&outcome(text))))
        .filter(|(_, expected, found)| expected != found)
        .map(|(text, expected, found)| format!("{text}\nexpected:\n{expected}\nfound:\n{found}\n"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const BETTER_AUTH: &str = "https://app.example | https://app.example/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example";

#[test]
fn better_auth() {
    check(&[
        // The address alone.
        ("BETTER_AUTH_URL=https://app.example", BETTER_AUTH),
        ("BETTER_AUTH_URL= https://app.example/ ", BETTER_AUTH),
        ("BETTER_AUTH_URL=https://app.example/api/auth", BETTER_AUTH),
        ("JWT_PROVIDER=better-auth\nJWT_ISSUER=https://app.example\nJWT_AUDIENCE=https://app.example", BETTER_AUTH),
        // A name alone gives no audience.
        ("JWT_PROVIDER=better-auth\nJWT_ISSUER=https://app.example", "Missing JWT_AUDIENCE"),
        ("BETTER_AUTH_URL=https://app.example\nJWT_AUDIENCE=\nJWT_ISSUER= \nJWKS_URL=", BETTER_AUTH),
        (
            "BETTER_AUTH_URL=http://localhost:3000",
            "http://localhost:3000 | http://localhost:3000/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | http://localhost:3000",
        ),
        // Keys elsewhere: the issuer stays.
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_JWKS_URL=https://keys.example/jwks",
            "https://app.example | https://keys.example/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_JWKS_URL=https://keys.example/jwks",
            "https://app.example | https://keys.example/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWKS_URL=https://keys.example/jwks\nJWT_JWKS_URL=https://keys.example/jwks",
            "https://app.example | https://keys.example/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWKS_URL=https://keys.example/a\nBETTER_AUTH_JWKS_URL=https://keys.example/b",
            "Different [BETTER_AUTH_JWKS_URL, JWKS_URL]",
        ),
        (
            "BETTER_AUTH_JWKS_URL=https://keys.example/jwks\nJWT_ISSUER=https://app.example\nJWT_AUDIENCE=https://app.example",
            "https://app.example | https://keys.example/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example",
        ),
        ("BETTER_AUTH_JWKS_URL=https://keys.example/jwks\nJWT_ISSUER=https://app.example", "Missing JWT_AUDIENCE"),
        ("BETTER_AUTH_JWKS_URL=https://keys.example/jwks", "Missing BETTER_AUTH_URL"),
        // In a cluster.
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_JWKS_URL=http://frontend:3000/api/auth/jwks",
            "PlainHttp BETTER_AUTH_JWKS_URL, host: frontend:3000, is_production: false",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_JWKS_URL=http://frontend:3000/api/auth/jwks\n\
             JWT_DANGER_ALLOW_HTTP_HOSTS=other, frontend:3000",
            "https://app.example | http://frontend:3000/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example
             ~ PlainHttpAllowed BETTER_AUTH_JWKS_URL, host: frontend:3000",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_JWKS_URL=http://frontend:3001/\nJWT_DANGER_ALLOW_HTTP_HOSTS=frontend:3000",
            "PlainHttp BETTER_AUTH_JWKS_URL, host: frontend:3001, is_production: false",
        ),
        // Configured otherwise at the server.
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_ISSUER=acme\nJWT_AUDIENCE=https://api.example,https://b.example",
            "acme | https://app.example/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://api.example, https://b.example",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_ISSUER=https://app.example/",
            "https://app.example/ | https://app.example/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example
             ~ IssuerSlash expected: https://app.example",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_ALGORITHMS=EdDSA,ES256,Ed25519",
            "https://app.example | https://app.example/api/auth/jwks | EdDsa, Es256 | https://app.example",
        ),
        // The other plugin.
        ("BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_PLUGIN=oauth-provider", "Missing JWT_AUDIENCE"),
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_PLUGIN=oauth-provider\nJWT_AUDIENCE=https://app.example/mcp",
            "https://app.example/api/auth | https://app.example/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example/mcp",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_PLUGIN=bearer\nJWT_AUDIENCE=a",
            "Invalid BETTER_AUTH_PLUGIN, bearer",
        ),
        // Mistakes.
        ("BETTER_AUTH_URL=ftp://app.example", "Invalid BETTER_AUTH_URL, ftp://app.example"),
        ("BETTER_AUTH_URL=http://app.example", "PlainHttp BETTER_AUTH_URL, host: app.example, is_production: false"),
        ("BETTER_AUTH_URL=https://app.example\nJWT_AUDIENCE=better-auth:session-cache", "SessionCookieAudience"),
    ]);
}

#[test]
fn secrets() {
    let rows = [
        // Where there could be keys, the secret is ignored, however short it is.
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_SECRET=SECRET",
            "BETTER_AUTH
             ~ SecretIgnored secret: BETTER_AUTH_SECRET, because_of: BETTER_AUTH_URL",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_SECRET=short\nJWT_SECRET=other\nJWT_ALGORITHMS=EdDSA",
            "https://app.example | https://app.example/api/auth/jwks | EdDsa | https://app.example
             ~ SecretIgnored secret: BETTER_AUTH_SECRET, because_of: BETTER_AUTH_URL",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWKS_URL=https://id.example/keys\nJWT_SECRET=SECRET",
            "https://id.example | https://id.example/keys | EdDsa, Es256, Rs256 | a
             ~ SecretIgnored secret: JWT_SECRET, because_of: JWKS_URL",
        ),
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET",
            "https://acme.eu.auth0.com/ | https://acme.eu.auth0.com/.well-known/jwks.json | Rs256, Ps256 | a
             ~ SecretIgnored secret: JWT_SECRET, because_of: AUTH0_DOMAIN",
        ),
        // Another program's secret is none of ours.
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nJWT_AUDIENCE=a\nBETTER_AUTH_SECRET=SECRET",
            "https://acme.eu.auth0.com/ | https://acme.eu.auth0.com/.well-known/jwks.json | Rs256, Ps256 | a",
        ),
        // JWT_ALGORITHMS says so.
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_SECRET=SECRET\nJWT_ALGORITHMS=HS256",
            "https://app.example | secret | Hs256 | https://app.example",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nJWT_ALGORITHMS=HS256",
            "https://id.example | secret | Hs256 | a",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_ALGORITHMS=HS256",
            "NoSecret BETTER_AUTH_SECRET, algorithm: Hs256",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_ALGORITHMS=HS512",
            "NoSecret JWT_SECRET, algorithm: Hs512",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_JWKS_URL=https://k.example\nBETTER_AUTH_SECRET=SECRET\nJWT_ALGORITHMS=HS256",
            "SecretBesideKeys keys: BETTER_AUTH_JWKS_URL",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nJWT_ALGORITHMS=HS256,ES256",
            "MixedAlgorithms",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nJWT_ALGORITHMS=HS256,HS512",
            "MixedAlgorithms",
        ),
        // It stands alone.
        ("JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET", "acme | secret | Hs256 | a"),
        ("BETTER_AUTH_SECRET=SECRET\nJWT_ISSUER=acme\nJWT_AUDIENCE=a", "acme | secret | Hs256 | a"),
        ("BETTER_AUTH_SECRET=SECRET\nJWT_ISSUER=acme", "Missing JWT_AUDIENCE"),
        (
            "JWT_PROVIDER=google\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nJWT_ALGORITHMS=HS256",
            "https://accounts.google.com | secret | Hs256 | a",
        ),
        ("JWT_SECRET=SECRET", "Missing JWT_ISSUER\nMissing JWT_AUDIENCE"),
        ("BETTER_AUTH_SECRET=SECRET", "SecretAlone secret: BETTER_AUTH_SECRET"),
        // It does not make another issuer one of Better Auth.
        (
            "JWT_ISSUER=https://id.example/realms/x\nJWT_JWKS_URL=https://id.example/certs\nBETTER_AUTH_SECRET=SECRET",
            "Missing JWT_AUDIENCE
             ~ SecretIgnored secret: BETTER_AUTH_SECRET, because_of: JWT_JWKS_URL",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWKS_URL=https://id.example/certs\nBETTER_AUTH_SECRET=SECRET",
            "https://id.example | https://id.example/certs | EdDsa, Es256, Rs256 | a
             ~ SecretIgnored secret: BETTER_AUTH_SECRET, because_of: JWKS_URL",
        ),
        (
            "JWKS_URL=https://id.example/certs\nBETTER_AUTH_SECRET=SECRET",
            "Missing JWT_ISSUER
             Missing JWT_AUDIENCE
             ~ SecretIgnored secret: BETTER_AUTH_SECRET, because_of: JWKS_URL",
        ),
        (
            "JWT_ISSUER=https://app.example\nBETTER_AUTH_SECRET=SECRET\nJWT_ALGORITHMS=HS256",
            "Missing JWT_AUDIENCE",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nBETTER_AUTH_SECRET=SECRET",
            "SecretOrDiscovery secret: BETTER_AUTH_SECRET",
        ),
        (
            "JWT_PROVIDER=oidc\nJWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nBETTER_AUTH_SECRET=SECRET",
            "https://id.example | discovered | EdDsa, Es256, Rs256 | a",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nBETTER_AUTH_SECRET=SECRETx",
            "Different [JWT_SECRET, BETTER_AUTH_SECRET]",
        ),
        // It may stand alone, or not.
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET",
            "SecretOrDiscovery secret: JWT_SECRET",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nJWT_ALGORITHMS=ES256",
            "https://id.example | discovered | Es256 | a
             ~ SecretIgnored secret: JWT_SECRET, because_of: JWT_ALGORITHMS",
        ),
        // Of the wrong kind.
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=0123456789abcdef0123456789abcde",
            "Secret JWT_SECRET, error: TooShort algorithm: Hs256, 31, required: 32",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\nJWT_ALGORITHMS=HS384",
            "Secret JWT_SECRET, error: TooShort algorithm: Hs384, 32, required: 48",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEA",
            "Secret JWT_SECRET, error: LooksLikeAKey",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=a-string-secret-at-least-256-bits-long",
            "PublishedSecret JWT_SECRET",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_ALGORITHMS=HS256\nBETTER_AUTH_SECRET=better-auth-secret-12345678901234567890",
            "PublishedSecret BETTER_AUTH_SECRET",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=your-super-secret-jwt-token-with-at-least-32-characters-long",
            "PublishedSecret JWT_SECRET",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=super-secret-jwt-token-with-at-least-32-characters-long",
            "PublishedSecret JWT_SECRET",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "PublishedSecret JWT_SECRET",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=<openssl rand -base64 48> Change Me please",
            "PublishedSecret JWT_SECRET",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=YOUR_VERY_OWN_JWT_SECRET_GOES_IN_HERE",
            "PublishedSecret JWT_SECRET",
        ),
        (
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a\nJWT_SECRET=SECRET\\n",
            "acme | secret | Hs256 | a
             ~ SecretWithSpace JWT_SECRET",
        ),
        (
            "BETTER_AUTH_URL=https://app.example\nJWT_ALGORITHMS=HS256\nBETTER_AUTH_SECRET=SECRET\nJWT_SECRET=SECRETx",
            "Different [BETTER_AUTH_SECRET, JWT_SECRET]",
        ),
    ];
    let rows = rows.map(|(text, expected)| {
        (
            text.replace("=SECRET", &format!("={SECRET}")),
            expected.replace("BETTER_AUTH\n", &format!("{BETTER_AUTH}\n")),
        )
    });
    check(&rows.each_ref().map(|(text, expected)| (text.as_str(), expected.as_str())));
}

#[test]
fn any_issuer() {
    check(&[
        ("", "NothingSet"),
        ("JWT_AUDIENCE=a\nENVIRONMENT=production", "NothingSet"),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a",
            "https://id.example | discovered | EdDsa, Es256, Rs256 | a",
        ),
        (
            "JWT_ISSUER=https://id.example/\nJWT_AUDIENCE=a, b\nJWT_ALGORITHMS=PS256",
            "https://id.example/ | discovered | Ps256 | a, b",
        ),
        (
            "JWT_ISSUER=P2abc\nJWT_AUDIENCE=a\nJWT_JWKS_URL=https://id.example/keys",
            "P2abc | https://id.example/keys | EdDsa, Es256, Rs256 | a",
        ),
        ("JWT_ISSUER=P2abc\nJWT_AUDIENCE=a", "Missing JWT_JWKS_URL"),
        ("JWT_ISSUER=https://id.example", "Missing JWT_AUDIENCE"),
        ("JWKS_URL=https://id.example/keys", "Missing JWT_ISSUER\nMissing JWT_AUDIENCE"),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_JWKS_URL=id.example/keys",
            "Invalid JWT_JWKS_URL, id.example/keys",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_JWKS_URL=https://u:p@id.example/keys",
            "Address JWT_JWKS_URL, id.example/keys, reason: UserInfo",
        ),
        (
            "JWT_ISSUER=http://id.example\nJWT_AUDIENCE=a",
            "PlainHttp JWT_ISSUER, host: id.example, is_production: false",
        ),
        // A name is only a name where the address of the keys is given.
        (
            "JWT_ISSUER=http://id.example\nJWT_AUDIENCE=a\nJWKS_URL=https://id.example/keys",
            "http://id.example | https://id.example/keys | EdDsa, Es256, Rs256 | a",
        ),
        // All at once.
        (
            "JWT_ISSUER=https://id.example\nJWT_ALGORITHMS=es256,none\nJWT_LEEWAY_SECONDS=301\nJWT_DANGER_ALLOW_HTTP_HOSTS=http://a",
            "Invalid JWT_DANGER_ALLOW_HTTP_HOSTS, http://a
             Invalid JWT_ALGORITHMS, es256
             Invalid JWT_ALGORITHMS, none
             Invalid JWT_LEEWAY_SECONDS, 301
             Missing JWT_AUDIENCE",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_LEEWAY_SECONDS=-1",
            "Invalid JWT_LEEWAY_SECONDS, -1",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_LEEWAY_SECONDS=300\nJWT_USER_ID_CLAIM=user_id, sub",
            "https://id.example | discovered | EdDsa, Es256, Rs256 | a",
        ),
        // Commas alone are a list of nothing, and not a list that is not set.
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=,\nJWT_ALGORITHMS= , ",
            "Invalid JWT_AUDIENCE, ,
             Invalid JWT_ALGORITHMS, ,
             Missing JWT_AUDIENCE",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_USER_ID_CLAIM=email,sub",
            "https://id.example | discovered | EdDsa, Es256, Rs256 | a
             ~ ChangeableUserId claim: email",
        ),
        // Misspelled.
        (
            "JWT_ISSUR=https://id.example\nJWT_ISSUER=https://id.example\nJWT_AUDIENCE=a\nJWT_LEEWAY=5",
            "https://id.example | discovered | EdDsa, Es256, Rs256 | a
             ~ PossiblyMisspelled JWT_LEEWAY, known: JWT_LEEWAY_SECONDS",
        ),
        (
            "JWT_ISSUER=https://id.example\nJWT_AUDIANCE=a",
            "Missing JWT_AUDIENCE
             ~ PossiblyMisspelled JWT_AUDIANCE, known: JWT_AUDIENCE",
        ),
    ]);
}

#[test]
fn providers() {
    check(&[
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nAUTH0_AUDIENCE=https://api.example",
            "https://acme.eu.auth0.com/ | https://acme.eu.auth0.com/.well-known/jwks.json | Rs256, Ps256 | https://api.example",
        ),
        (
            "JWT_PROVIDER=auth0\nJWT_ISSUER=https://acme.eu.auth0.com\nJWT_AUDIENCE=a",
            "https://acme.eu.auth0.com/ | https://acme.eu.auth0.com/.well-known/jwks.json | Rs256, Ps256 | a",
        ),
        ("AUTH0_DOMAIN=acme.eu.auth0.com", "Missing AUTH0_AUDIENCE"),
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nAUTH0_AUDIENCE=a\nJWT_AUDIENCE=b",
            "Different [AUTH0_AUDIENCE, JWT_AUDIENCE]",
        ),
        // The same thing said twice, and another one.
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nAUTH0_AUDIENCE=a\nJWT_ISSUER=https://acme.eu.auth0.com/",
            "https://acme.eu.auth0.com/ | https://acme.eu.auth0.com/.well-known/jwks.json | Rs256, Ps256 | a",
        ),
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nAUTH0_AUDIENCE=a\nJWT_ISSUER=https://id.example/",
            "SeveralProviders [(AUTH0_DOMAIN, auth0), (JWT_ISSUER, oidc)]",
        ),
        (
            "JWT_PROVIDER=auth0\nAUTH0_DOMAIN=acme.eu.auth0.com\nAUTH0_AUDIENCE=a\nJWT_ISSUER=https://login.acme.example/",
            "https://login.acme.example/ | https://acme.eu.auth0.com/.well-known/jwks.json | Rs256, Ps256 | a",
        ),
        (
            "JWT_PROVIDER=oidc\nAUTH0_DOMAIN=acme.eu.auth0.com\nJWT_AUDIENCE=a\nJWT_ISSUER=https://id.example",
            "https://id.example | discovered | EdDsa, Es256, Rs256 | a
             ~ Unused AUTH0_DOMAIN, provider: oidc",
        ),
        (
            "AUTH0_DOMAIN=acme.eu.auth0.com\nCLERK_DOMAIN=clerk.example",
            "SeveralProviders [(AUTH0_DOMAIN, auth0), (CLERK_DOMAIN, clerk)]",
        ),
        (
            "JWT_PROVIDER=better-auth\nBETTER_AUTH_URL=https://app.example\nSUPABASE_URL=https://abc.supabase.co",
            "https://app.example | https://app.example/api/auth/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example
             ~ Unused SUPABASE_URL, provider: better-auth",
        ),
        (
            "CLERK_DOMAIN=clerk.example\nCLERK_AUTHORIZED_PARTIES=https://a.example,https://b.example",
            "https://clerk.example | https://clerk.example/.well-known/jwks.json | Rs256 | ",
        ),
        ("CLERK_DOMAIN=clerk.example\nJWT_AUDIENCE=a", "Missing CLERK_AUTHORIZED_PARTIES"),
        (
            "KEYCLOAK_URL=https://id.example\nKEYCLOAK_REALM=acme\nJWT_AUDIENCE=reports-api",
            "https://id.example/realms/acme | https://id.example/realms/acme/protocol/openid-connect/certs | \
             Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa | reports-api",
        ),
        ("KEYCLOAK_URL=https://id.example", "Missing KEYCLOAK_REALM\nMissing JWT_AUDIENCE"),
        (
            "COGNITO_USER_POOL_ID=eu-west-1_Ab1\nCOGNITO_CLIENT_ID=c\nCOGNITO_TOKENS=refresh",
            "Invalid COGNITO_TOKENS, refresh",
        ),
        (
            "SUPABASE_URL=https://abc.supabase.co",
            "https://abc.supabase.co/auth/v1 | https://abc.supabase.co/auth/v1/.well-known/jwks.json | Es256, Rs256 | authenticated",
        ),
        (
            "SUPABASE_URL=https://abc.supabase.co\nJWT_AUDIENCE=authenticated",
            "https://abc.supabase.co/auth/v1 | https://abc.supabase.co/auth/v1/.well-known/jwks.json | Es256, Rs256 | authenticated",
        ),
        (
            "CLERK_DOMAIN=clerk.example\nCLERK_AUTHORIZED_PARTIES=https://a.example\nJWT_AUDIENCE=api",
            "https://clerk.example | https://clerk.example/.well-known/jwks.json | Rs256 | api",
        ),
        ("JWT_PROVIDER=auth0\nJWT_ISSUER=acme\nJWT_AUDIENCE=a", "Missing AUTH0_DOMAIN"),
        (
            "JWT_PROVIDER=dex\nJWT_ISSUER=https://dex.example/dex\nJWT_AUDIENCE=a",
            "https://dex.example/dex | https://dex.example/dex/keys | Rs256 | a",
        ),
        ("JWT_PROVIDER=dex\nJWT_AUDIENCE=a", "Missing JWT_ISSUER"),
        (
            "ENTRA_TENANT_ID=any\nJWT_AUDIENCE=11111111-2222-3333-4444-555555555555",
            "https://login.microsoftonline.com/{tenantid}/v2.0 | https://login.microsoftonline.com/common/discovery/v2.0/keys \
             | Rs256 | 11111111-2222-3333-4444-555555555555",
        ),
        // One name does not stand in for the list of the tenants.
        (
            "ENTRA_TENANT_ID=11111111-2222-3333-4444-555555555555,22222222-2222-3333-4444-555555555555\nJWT_AUDIENCE=x\n\
             JWT_PROVIDER=entra\nJWT_ISSUER=https://login.microsoftonline.com/33333333-2222-3333-4444-555555555555/v2.0",
            "IssuerOfTenants ENTRA_TENANT_ID",
        ),
        (
            "ENTRA_TENANT_ID=any\nJWT_AUDIENCE=x\n\
             JWT_ISSUER=https://login.microsoftonline.com/33333333-2222-3333-4444-555555555555/v2.0",
            "IssuerOfTenants ENTRA_TENANT_ID",
        ),
        // The audience of these is no choice.
        ("FIREBASE_PROJECT_ID=acme\nJWT_AUDIENCE=other", "Different [FIREBASE_PROJECT_ID, JWT_AUDIENCE]"),
        ("STYTCH_PROJECT_ID=project-live-1\nJWT_AUDIENCE=a,project-live-1", "Different [STYTCH_PROJECT_ID, JWT_AUDIENCE]"),
        (
            "KANIDM_URL=https://idm.example\nKANIDM_CLIENT=reports\nJWT_AUDIENCE=other",
            "Different [KANIDM_CLIENT, JWT_AUDIENCE]",
        ),
        (
            "CLERK_DOMAIN=clerk.example\nCLERK_AUTHORIZED_PARTIES=https://a.example/,https://b.example",
            "https://clerk.example | https://clerk.example/.well-known/jwks.json | Rs256 | 
             ~ OriginSlash CLERK_AUTHORIZED_PARTIES, https://a.example/",
        ),
        ("BETTER_AUTH_URL=https://a:b@app.example", "Address BETTER_AUTH_URL, app.example, reason: UserInfo"),
        // What Better Auth signs users in with says nothing about whose tokens come.
        (
            "BETTER_AUTH_URL=https://app.example\nGOOGLE_CLIENT_ID=1.apps.googleusercontent.com\nAPPLE_CLIENT_ID=a",
            BETTER_AUTH,
        ),
        ("GOOGLE_CLIENT_ID=1.apps.googleusercontent.com", "NothingSet"),
        ("JWT_PROVIDER=BetterAuth", "UnknownProvider BetterAuth, similar: Some(better-auth)"),
        ("JWT_PROVIDER=acme\nJWT_LEEWAY_SECONDS=x", "Invalid JWT_LEEWAY_SECONDS, x\nUnknownProvider acme, similar: None"),
    ]);
}

#[test]
fn production() {
    check(&[
        ("ENVIRONMENT=production\nBETTER_AUTH_URL=https://app.example", BETTER_AUTH),
        (
            "ENVIRONMENT=production\nBETTER_AUTH_URL=http://app.example",
            "PlainHttp BETTER_AUTH_URL, host: app.example, is_production: true
             ~ PlainHttpIssuer BETTER_AUTH_URL",
        ),
        // Not even to this machine, unless it is named.
        (
            "ENVIRONMENT=Production\nBETTER_AUTH_URL=http://localhost:3000",
            "PlainHttp BETTER_AUTH_URL, host: localhost:3000, is_production: true
             ~ Localhost BETTER_AUTH_URL, host: localhost:3000, sign: ENVIRONMENT",
        ),
        (
            "ENVIRONMENT=production\nBETTER_AUTH_URL=https://app.example\nJWKS_URL=http://127.0.0.1:3000/jwks\n\
             JWT_DANGER_ALLOW_HTTP_HOSTS=127.0.0.1:3000",
            "https://app.example | http://127.0.0.1:3000/jwks | EdDsa, Es256, Es512, Rs256, Ps256 | https://app.example
             ~ Localhost JWKS_URL, host: 127.0.0.1:3000, sign: ENVIRONMENT",
        ),
        // A misspelled name loosens nothing.
        (
            "ENVIRONMENT=prodution\nBETTER_AUTH_URL=http://localhost",
            "PlainHttp BETTER_AUTH_URL, host: localhost, is_production: true
             ~ Localhost BETTER_AUTH_URL, host: localhost, sign: ENVIRONMENT",
        ),
        // Signs of production warn, and ENVIRONMENT overrules them.
        (
            "KUBERNETES_SERVICE_HOST=10.0.0.1\nJWT_ISSUER=http://localhost:3000\nJWT_AUDIENCE=a",
            "http://localhost:3000 | discovered | EdDsa, Es256, Rs256 | a
             ~ Localhost JWT_ISSUER, host: localhost:3000, sign: KUBERNETES_SERVICE_HOST",
        ),
        (
            "NODE_ENV=production\nJWT_ISSUER=http://[::1]:3000\nJWT_AUDIENCE=a",
            "http://[::1]:3000 | discovered | EdDsa, Es256, Rs256 | a
             ~ Localhost JWT_ISSUER, host: [::1]:3000, sign: NODE_ENV",
        ),
        (
            "NODE_ENV=development\nJWT_ISSUER=http://localhost:3000\nJWT_AUDIENCE=a",
            "http://localhost:3000 | discovered | EdDsa, Es256, Rs256 | a",
        ),
        (
            "ENVIRONMENT=test\nNODE_ENV=production\nJWT_ISSUER=http://localhost:3000\nJWT_AUDIENCE=a",
            "http://localhost:3000 | discovered | EdDsa, Es256, Rs256 | a",
        ),
    ]);
}
