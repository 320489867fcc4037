//! [`NamedPolicy`]: a policy as a type, so that a handler's signature says who may call it.

use jwt_verify_core::Policy;

/// A policy with a name in the type system: the `P` of the adapters' `Authorized<P>`. [`policy!`](crate::policy!) makes one in a line.
pub trait NamedPolicy: Send + Sync + 'static {
    /// The policy. Asked for by every request, so it should be made once: [`Policy`] is cheap to clone.
    fn policy() -> Policy;
}

/// Names policies: each becomes a type that implements [`NamedPolicy`], and is built once.
///
/// # Examples
///
/// ```
/// use jwt_verify_http::{NamedPolicy, core::Policy, policy};
///
/// policy! {
///     /// May read reports.
///     pub ReadReports = Policy::scope("reports:read");
///     Publish = Policy::all([Policy::scope("articles:write"), Policy::role("editor")]);
/// }
/// assert_eq!(ReadReports::policy().required_scopes(), ["reports:read"]);
/// assert_eq!(Publish::policy().required_scopes(), ["articles:write"]);
/// ```
#[macro_export]
macro_rules! policy {
    ($($(#[$attribute:meta])* $visibility:vis $name:ident = $policy:expr;)+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name;

        impl $crate::NamedPolicy for $name {
            fn policy() -> $crate::core::Policy {
                static POLICY: ::std::sync::LazyLock<$crate::core::Policy> = ::std::sync::LazyLock::new(|| $policy);
                ::core::clone::Clone::clone(&*POLICY)
            }
        }
    )+};
}
