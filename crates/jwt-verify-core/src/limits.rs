//! Upper and lower bounds, each with the reason for its value.
//!
//! A bound is here, and nowhere else. `docs/defaults.md` lists them with the settings that may be changed.

use core::time::Duration;

/// Longest token that is looked at, in bytes, unless the verifier was built with another value: 16 KiB.
///
/// Checked before anything is decoded. Real access tokens take 0.5 to 4 KiB; a token signed with ML-DSA-87 carries
/// 6.2 KB of signature alone. HTTP servers rarely let more than 16 KiB of header fields through.
pub const DEFAULT_MAX_TOKEN_LEN: usize = 16 * 1024;

/// The largest value [`DEFAULT_MAX_TOKEN_LEN`] may be replaced by, in bytes: 256 KiB.
///
/// Work before the signature check grows with the length, so somebody who has no key pays nothing for it and we do.
pub const MAX_TOKEN_LEN: usize = 256 * 1024;

/// Deepest nesting of arrays and objects that is read in a header, a claims set or a JWK Set: 128 levels.
///
/// Deeper texts exhaust the stack of a recursive reader; no published token comes near.
pub const MAX_JSON_DEPTH: usize = 128;

/// Longest key ID (`kid`), in bytes of text: 1 KiB.
///
/// Longer than any thumbprint, certificate hash or URL that is used as a key ID, and short enough to be logged.
pub const MAX_KEY_ID_LEN: usize = 1024;

/// Longest JWK Set document, in bytes: 256 KiB.
///
/// The largest real one, Entra's with certificate chains, takes about 30 KiB.
pub const MAX_JWK_SET_LEN: usize = 256 * 1024;

/// Most entries that are read in a JWK Set: 100. A longer set is refused as a whole, not cut.
///
/// Real sets hold one to thirty keys. Each entry costs a point decompression or a Montgomery setup when it arrives.
pub const MAX_JWK_SET_KEYS: usize = 100;

/// Smallest RSA modulus, in bits: 2048.
///
/// RFC 7518 §3.3 and §3.5: "A key of size 2048 bits or larger MUST be used with these algorithms."
pub const MIN_RSA_MODULUS_BITS: usize = 2048;

/// Largest RSA modulus, in bits: 8192.
///
/// Verification time grows with the square of the size; beyond this nobody gains security and an attacker who can
/// publish a key gains a lever.
pub const MAX_RSA_MODULUS_BITS: usize = 8192;

/// Largest RSA public exponent: 2³³ − 1.
///
/// RFC 8017 §3.1 allows any odd exponent from 3 upwards; one as long as the modulus would make a verification as slow as a
/// signature. Every exponent in use fits in 33 bits.
pub const MAX_RSA_EXPONENT: u64 = (1 << 33) - 1;

/// Shortest HMAC secret, in bytes, whatever the hash: 32.
///
/// RFC 7518 §3.2: "A key of the same size as the hash output (for instance, 256 bits for "HS256") or larger MUST be
/// used." HS384 and HS512 therefore ask for 48 and 64.
pub const MIN_HMAC_SECRET_LEN: usize = 32;

/// How far the issuer's clock and ours may disagree unless said otherwise: 60 seconds.
///
/// RFC 7519 §4.1.4: "usually no more than a few minutes, to account for clock skew".
pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);

/// The largest leeway that can be configured: 300 seconds. A clock that is further off wants repair, not tolerance.
pub const MAX_LEEWAY: Duration = Duration::from_secs(300);

/// Most issuers that one verifier trusts: 1,000. More come from a resolver.
pub const MAX_ISSUERS: usize = 1000;

/// Longest `iss` that a resolver of issuers is asked about, in bytes of text: 2 KiB.
///
/// Whoever sent the token chose it, and a resolver remembers what it was asked. Names of issuers are URLs or shorter, and take
/// about a hundred bytes.
pub const MAX_ISSUER_LEN: usize = 2048;

/// Longest packed list of a Clerk session token, in bytes: 4 KiB.
///
/// The whole token has to fit into a cookie, which browsers limit to that. Unpacked the lists multiply: without a bound a
/// long one would take gigabytes.
pub(crate) const MAX_PACKED_LIST_LEN: usize = 4096;

/// Longest text of somebody else's choice that a report or a message repeats, in characters: 200. People read it.
pub(crate) const MAX_SHOWN_TEXT: usize = 200;

/// Most values of an audience that a report lists: 20. People read it.
pub(crate) const MAX_SHOWN_VALUES: usize = 20;

/// Longest name out of key material that an error repeats, in characters: 64. Longer than every registered name.
pub(crate) const MAX_SHOWN_NAME: usize = 64;
