//! A program without the standard library that verifies real tokens: what a device would do.
//!
//! It proves that `jwt-verify-core` without its feature `std` links no `std`, nor does anything below it: a second panic
//! handler beside ours would be an error of the compiler. Run it; it ends with 0 if every verdict is right.
#![no_std]
#![no_main]

extern crate alloc;

use core::{
    alloc::{GlobalAlloc, Layout},
    ffi::{c_int, c_void},
    panic::PanicInfo,
};

use jwt_verify_core::{Algorithm, Claims, Error, JwkSet, TrustedIssuer, UnixTime, UnverifiedToken, Verifier};

#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    let tokens = [
        (
            Algorithm::EdDsa,
            include_str!("../../vectors/real-tokens/better-auth-eddsa.jwks.json"),
            include_str!("../../vectors/real-tokens/better-auth-eddsa.token"),
        ),
        (
            Algorithm::Es256,
            include_str!("../../vectors/real-tokens/better-auth-es256.jwks.json"),
            include_str!("../../vectors/real-tokens/better-auth-es256.token"),
        ),
    ];
    let are_right = tokens.into_iter().all(|(algorithm, keys, token)| {
        // `None`: something that must work did not.
        is_right(algorithm, keys, token.trim_ascii_end()).unwrap_or(false)
    });
    c_int::from(!are_right)
}

/// Whether the token verifies at its time, altered not at all, and not without being told the time: there is no clock here.
fn is_right(algorithm: Algorithm, keys: &str, token: &str) -> Option<bool> {
    let unverified = UnverifiedToken::parse(token).ok()?.danger_unverified_claims().ok()?;
    let (issuer, issued_at) = (unverified.issuer()?, unverified.issued_at()?);
    let issuer = TrustedIssuer::builder(issuer)
        .audience(issuer)
        .algorithms([algorithm])
        .jwk_set(JwkSet::parse(keys).ok()?)
        .build()
        .ok()?;
    let verifier = Verifier::new(issuer);
    let verified = verifier.verify_held_at::<Claims>(token, issued_at).ok()?;

    // 64 zeros, where a signature of 64 bytes belongs.
    let (signing_input, _) = token.rsplit_once('.')?;
    let forged = alloc::format!("{signing_input}.{:A<86}", "");
    let long_after = UnixTime::from_secs(4_000_000_000);

    Some(
        verified.algorithm() == algorithm
            && verified.subject() == unverified.subject()
            && matches!(verifier.verify_held_at::<Claims>(&forged, issued_at), Err(Error::InvalidSignature))
            && matches!(verifier.verify_held_at::<Claims>(token, long_after), Err(Error::Claim(_)))
            && matches!(verifier.verify_held::<Claims>(token), Err(Error::ClockUnavailable)),
    )
}

// What a device's firmware brings along, here borrowed from C.

#[link(name = "c")]
unsafe extern "C" {
    fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
    fn abort() -> !;
}

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: `aligned_alloc` gives memory of this size and alignment, or null, and `free` takes it back.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // C asks for a size that is a multiple of the alignment.
        let layout = layout.pad_to_align();
        // SAFETY: the alignment is a power of two.
        unsafe { aligned_alloc(layout.align(), layout.size()).cast() }
    }

    unsafe fn dealloc(&self, memory: *mut u8, _: Layout) {
        // SAFETY: `memory` came from `alloc`.
        unsafe { free(memory.cast()) }
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: it does not return, and that is all.
    unsafe { abort() }
}

// `alloc` comes compiled for unwinding and names these two; with `panic = "abort"` nobody calls them.

#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    // SAFETY: as above.
    unsafe { abort() }
}
