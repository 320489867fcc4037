//! JWA names of signature algorithms, and sets of them.

use core::{fmt, str::FromStr};

use crate::limits;

/// A signature algorithm of JOSE (RFC 7518 §3.1, RFC 8037, RFC 8812, RFC 9864).
///
/// There is no `none`. A name is compared letter by letter: `es256` and `ES256 ` are no algorithms.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Algorithm;
///
/// assert_eq!("ES256".parse(), Ok(Algorithm::Es256));
/// // Two names for one algorithm: RFC 9864 replaces `EdDSA` by `Ed25519`.
/// assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDsa));
/// assert!("none".parse::<Algorithm>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519, by either of its names `EdDSA` (RFC 8037) and `Ed25519` (RFC 9864). Ed448 is not supported.
    EdDsa,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// ECDSA with P-521 and SHA-512.
    Es512,
    /// ECDSA with secp256k1 and SHA-256 (RFC 8812).
    Es256K,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes.
    Ps384,
    /// RSASSA-PSS with SHA-512, MGF1 with SHA-512 and a salt of 64 bytes.
    Ps512,
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

/// Every algorithm, in the order of declaration.
const ALL: [Algorithm; 14] = [
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Es256K,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
];

impl Algorithm {
    /// Every algorithm that this crate knows, compiled in or not.
    pub const ALL: &'static [Self] = &ALL;

    /// Its registered name, for [`EdDsa`](Self::EdDsa) the older and more common one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Es256K => "ES256K",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The algorithm with this name, compared exactly.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Whether it takes a shared secret (the HMAC family) rather than a public key.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }

    /// Whether a signature may have this many bytes. Says nothing for certain: the key decides the exact length for RSA.
    pub(crate) fn has_signatures_of(self, len: usize) -> bool {
        match self {
            Self::Hs256 => len == 32,
            Self::Hs384 => len == 48,
            Self::EdDsa | Self::Es256 | Self::Es256K | Self::Hs512 => len == 64,
            Self::Es384 => len == 96,
            Self::Es512 => len == 132,
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                let bits = len.saturating_mul(8);
                (limits::MIN_RSA_MODULUS_BITS..=limits::MAX_RSA_MODULUS_BITS).contains(&bits)
            }
        }
    }

    /// Whether its cargo feature is on in this build.
    #[must_use]
    pub const fn is_compiled_in(self) -> bool {
        match self {
            Self::EdDsa => cfg!(feature = "eddsa"),
            Self::Es256 => cfg!(feature = "es256"),
            Self::Es384 => cfg!(feature = "es384"),
            Self::Es512 => cfg!(feature = "es512"),
            Self::Es256K => cfg!(feature = "es256k"),
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                cfg!(feature = "rsa")
            }
            Self::Hs256 | Self::Hs384 | Self::Hs512 => cfg!(feature = "hmac"),
        }
    }

    /// The cargo feature of this crate that brings the algorithm.
    #[must_use]
    pub const fn feature(self) -> &'static str {
        match self {
            Self::EdDsa => "eddsa",
            Self::Es256 => "es256",
            Self::Es384 => "es384",
            Self::Es512 => "es512",
            Self::Es256K => "es256k",
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => "rsa",
            Self::Hs256 | Self::Hs384 | Self::Hs512 => "hmac",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::from_name(name).ok_or(UnknownAlgorithm)
    }
}

/// A name that is not that of an [`Algorithm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownAlgorithm;

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a signature algorithm; known are")?;
        for (index, algorithm) in ALL.into_iter().enumerate() {
            write!(f, "{}{algorithm}", if index == 0 { " " } else { ", " })?;
        }
        f.write_str(" (names are case-sensitive, and `none` is not one of them)")
    }
}

impl core::error::Error for UnknownAlgorithm {}

/// A set of algorithms, as an issuer's policy holds it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AlgorithmSet(u16);

impl AlgorithmSet {
    pub(crate) fn insert(&mut self, algorithm: Algorithm) {
        self.0 |= Self::bit(algorithm);
    }

    pub(crate) fn contains(self, algorithm: Algorithm) -> bool {
        self.0 & Self::bit(algorithm) != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Algorithm> {
        ALL.into_iter().filter(move |algorithm| self.contains(*algorithm))
    }

    fn bit(algorithm: Algorithm) -> u16 {
        // The position in `ALL` is below 16, so that the shift cannot lose the bit.
        ALL.iter().position(|known| *known == algorithm).map_or(0, |position| 1 << position)
    }
}

impl fmt::Debug for AlgorithmSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// `EdDSA, ES256`, for messages.
impl fmt::Display for AlgorithmSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, algorithm) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(algorithm.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_own_algorithm() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.name().parse(), Ok(*algorithm));
        }
    }

    #[test]
    fn spelling_variants_are_no_algorithms() {
        for name in [
            "none", "None", "NONE", "nOnE", "", "es256", " ES256", "ES256 ", "ES256\0", "ES521", "Ed448",
            "HS1",
        ] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name:?}");
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let mut set = AlgorithmSet::default();
        assert!(set.is_empty());
        set.insert(Algorithm::Hs512);
        set.insert(Algorithm::EdDsa);
        assert!(set.iter().eq([Algorithm::EdDsa, Algorithm::Hs512]));
        assert!(!set.contains(Algorithm::Es256));
    }
}
