//! Section 2: values of signatures.

use jwt_verify_core::{Algorithm, Error, Malformed, Part};
use serde_json::json;

use super::{every_algorithm, verifier_with};
use crate::mint::{
    self, KEY_ID, Signer, accepted, base64url, claims, refusal,
    rsa::{self, Hash},
    signature, signing_input, with, with_signature,
};

#[test]
fn row_10_an_ecdsa_signature_out_of_range_is_refused() {
    for Curve { signer, order } in curves() {
        let verifier = signer.verifier();
        let token = signer.token(&claims());
        let valid = signature(&token);
        let (r, s) = valid.split_at(order.len());
        let (zero, all) = (vec![0; order.len()], vec![0xff; order.len()]);
        // r, s
        for (r, s) in [
            (&*zero, &*zero),
            (&zero, s),
            (r, &zero),
            (&order, &order),
            (&order, s),
            (r, &order),
            (&order, &zero),
            (&all, &all),
        ] {
            let forged = with_signature(&token, &[r, s].concat());
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{signer:?}");
        }
        // The same number in the field's next turn, where the octets leave room for it (P-521 always).
        for (r, s) in [(sum(r, &order), Some(s.to_vec())), (Some(r.to_vec()), sum(s, &order))] {
            let (Some(r), Some(s)) = (r, s) else { continue };
            let forged = with_signature(&token, &[r, s].concat());
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{signer:?}");
        }
    }
}

#[test]
fn row_11_a_signature_in_der_is_refused() {
    for Curve { signer, order } in curves() {
        let token = signer.token(&claims());
        let valid = signature(&token);
        let (r, s) = valid.split_at(order.len());
        let integer = |number: &[u8]| {
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            let number = &number[zeros..];
            let sign: &[u8] = if number[0] < 0x80 { &[] } else { &[0] };
            let content = [sign, number].concat();
            [&[0x02, u8::try_from(content.len()).unwrap()], &*content].concat()
        };
        let content = [integer(r), integer(s)].concat();
        let len = u8::try_from(content.len()).unwrap();
        let prefix = if len < 0x80 { vec![0x30, len] } else { vec![0x30, 0x81, len] };
        let der = [prefix, content].concat();
        let forged = with_signature(&token, &der);
        assert_eq!(refusal(&signer.verifier(), &forged), Error::InvalidSignature, "{signer:?}");
    }
}

#[test]
fn row_11_a_signature_of_another_length_is_refused() {
    for signer in Signer::all() {
        let verifier = signer.verifier();
        let token = signer.token(&claims());
        let valid = signature(&token);
        let (first, second) = valid.split_at(valid.len() / 2);
        for other in [
            valid[1..].to_vec(),
            valid[..valid.len() - 1].to_vec(),
            [&valid, &*vec![0]].concat(),
            [&[0], &*valid].concat(),
            [&*valid, &valid].concat(),
            first.to_vec(),
            vec![0],
            // Each half padded: what is split in the middle would come out right.
            [&[0], first, &[0], second].concat(),
            [&[0; 16], first, &[0; 16], second].concat(),
        ] {
            let forged = with_signature(&token, &other);
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{signer:?} {}", other.len());
        }
    }
}

#[test]
fn row_11_leading_zeros_are_not_dropped() {
    let algorithms =
        [Algorithm::EdDsa, Algorithm::Es256K, Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384];
    for algorithm in algorithms.into_iter().filter(|algorithm| algorithm.is_compiled_in()) {
        let signer = Signer::new(algorithm);
        let verifier = signer.verifier();
        // About one signature in 256 begins with a zero.
        let token = (0..)
            .map(|count| signer.token(&with(claims(), json!({"jti": format!("{count}")}))))
            .find(|token| signature(token)[0] == 0)
            .unwrap();
        accepted(&verifier, &token);
        let shortened = with_signature(&token, &signature(&token)[1..]);
        assert_eq!(refusal(&verifier, &shortened), Error::InvalidSignature, "{signer:?}");
    }
}

#[test]
fn row_12_the_higher_s_is_as_good_as_the_lower_one() {
    // So the text of a token is no unique name for it: use `jti`.
    for Curve { signer, order } in curves() {
        let verifier = signer.verifier();
        let token = signer.token(&claims());
        let valid = signature(&token);
        let (r, s) = valid.split_at(order.len());
        let other = difference(&order, s);
        assert_ne!(s, other);
        accepted(&verifier, &token);
        accepted(&verifier, &with_signature(&token, &[r, &other].concat()));
    }
}

#[test]
fn row_13_an_ed25519_signature_has_one_value_of_s() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let token = signer.token(&claims());
    let valid = signature(&token);
    let (r, s) = valid.split_at(32);
    // S is little-endian.
    let big_endian: Vec<u8> = s.iter().rev().copied().collect();
    let mut plus_order = big_endian.clone();
    for turn in 1..=15 {
        plus_order = sum(&plus_order, &bytes(ED25519_ORDER)).unwrap();
        let s: Vec<u8> = plus_order.iter().rev().copied().collect();
        let forged = with_signature(&token, &[r, &s].concat());
        assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{turn}");
    }
    for bit in [0x20, 0x40, 0x80, 0xe0] {
        let mut s = s.to_vec();
        s[31] |= bit;
        let forged = with_signature(&token, &[r, &s].concat());
        assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{bit:x}");
    }
}

#[test]
fn row_14_an_ed25519_signature_whose_r_is_of_small_order_is_refused() {
    let verifier = Signer::new(Algorithm::EdDsa).verifier();
    let input = format!(
        "{}.{}",
        base64url(r#"{"alg":"EdDSA","kid":"k1"}"#),
        base64url(r#"{"iss":"https://id.example","aud":"https://api.example","sub":"ada","exp":1790000300}"#)
    );
    // Made with the private key: R is the identity and S = k·a, so that S·B = R + k·A holds.
    let identity = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACcPeQWTBREnRZRgEdFFkn_o9LXVrpwUEmJWIHWMHzBCA";
    assert_eq!(refusal(&verifier, &format!("{input}.{identity}")), Error::InvalidSignature);
}

#[test]
fn row_15_an_ed25519_signature_whose_r_is_not_canonical_is_refused() {
    let verifier = Signer::new(Algorithm::EdDsa).verifier();
    let input = format!(
        "{}.{}",
        base64url(r#"{"alg":"EdDSA","kid":"k1"}"#),
        base64url(r#"{"iss":"https://id.example","aud":"https://api.example","sub":"ada","exp":1790000300}"#)
    );
    // As for row 14, with y = p + 1 for the identity.
    let identity = "7v_______________________________________39erTwx_-f7XQiZ45H8CJ_UJ3-cdSMl77-w-oYiuhjSAg";
    assert_eq!(refusal(&verifier, &format!("{input}.{identity}")), Error::InvalidSignature);
}

#[test]
fn row_16_an_rsa_block_with_any_octet_out_of_place_is_refused() {
    let signer = Signer::new(Algorithm::Rs256);
    let verifier = signer.verifier();
    let token = signer.token(&claims());
    let digest_info = Hash::Sha256.digest_info(signing_input(&token).as_bytes());
    let block = rsa::pkcs1(&digest_info);
    accepted(&verifier, &with_signature(&token, &rsa::sign(&block)));

    let digest = &digest_info[19..];
    let filled = |front: &[u8], back: &[u8]| {
        let garbage = vec![0x5a; rsa::MODULUS_LEN - front.len() - back.len()];
        [front, &garbage, back].concat()
    };
    let eight = [&[0, 1][..], &[0xff; 8], &[0]].concat();
    let changed = |at: usize, octet: u8| {
        let mut block = block.clone();
        block[at] = octet;
        block
    };
    for (what, block) in [
        // Bleichenbacher 2006: room for a cube root.
        ("garbage behind the hash, padding of eight", filled(&[&eight, &*digest_info].concat(), &[])),
        ("garbage behind the hash, no padding", filled(&[&[0, 1, 0][..], &digest_info].concat(), &[])),
        ("garbage in the padding", filled(&eight[..10], &[&[0], &*digest_info].concat())),
        ("other first octet", changed(0, 1)),
        ("block type 2", changed(1, 2)),
        ("block type 0", changed(1, 0)),
        ("padding other than FF", changed(2, 0xfe)),
        ("padding that ends early", changed(100, 0)),
        ("no zero before the hash", changed(rsa::MODULUS_LEN - 52, 0xff)),
        // BERserk: lax readings of the DigestInfo.
        ("no NULL", {
            let mut info = digest_info.clone();
            info.drain(15..17);
            info[1] -= 2;
            info[3] -= 2;
            rsa::pkcs1(&info)
        }),
        ("length in two octets", {
            let mut info = digest_info.clone();
            info.splice(1..2, [0x81, 0x31]);
            rsa::pkcs1(&info)
        }),
        ("garbage in the parameters", {
            let mut info = digest_info.clone();
            info.splice(15..17, [0x04, 0x04, 1, 2, 3, 4]);
            info[1] += 4;
            info[3] += 4;
            rsa::pkcs1(&info)
        }),
        ("the hash alone", rsa::pkcs1(digest)),
        ("another hash's name", {
            let mut info = digest_info.clone();
            info[14] = 4;
            rsa::pkcs1(&info)
        }),
    ] {
        let forged = with_signature(&token, &rsa::sign(&block));
        assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{what}");
    }
}

#[test]
fn row_17_one_rsa_algorithm_does_not_stand_for_another() {
    let rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(|name| name.parse().unwrap());
    let verifier = verifier_with([Signer::new(Algorithm::Rs256).jwk()], &rsa);
    for signer in rsa.map(Signer::new) {
        for named in rsa {
            let token = signer.token_with_header(&json!({"alg": named.name(), "kid": KEY_ID}), &claims());
            if named == signer.algorithm() {
                accepted(&verifier, &token);
            } else {
                assert_eq!(refusal(&verifier, &token), Error::InvalidSignature, "{named} {signer:?}");
            }
        }
    }
}

#[test]
fn row_17_another_hash_under_the_name_of_an_algorithm_is_refused() {
    // ECDSA over the hash of another curve's algorithm: the digests that ES384 and ES512 take, signed on P-256.
    let signer = Signer::new(Algorithm::Es256);
    let token = signer.token(&claims());
    let key = p256::ecdsa::SigningKey::from_slice(&mint::octets(&mint::KEYS["p-256-a"]["d"])).unwrap();
    for (hash, valid) in [(Hash::Sha256, true), (Hash::Sha384, false), (Hash::Sha512, false)] {
        use p256::ecdsa::{Signature, signature::hazmat::PrehashSigner};
        let digest = hash.digest(signing_input(&token).as_bytes());
        let signed: Signature = key.sign_prehash(&digest).unwrap();
        let token = with_signature(&token, &signed.to_bytes());
        match valid {
            true => drop(accepted(&signer.verifier(), &token)),
            false => assert_eq!(refusal(&signer.verifier(), &token), Error::InvalidSignature, "{hash:?}"),
        }
    }
    // HMAC with the same secret.
    let secret = [7; 64];
    for named in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let verifier = Signer::hmac(named, &secret).verifier();
        for made in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            let signer = Signer::hmac(made, &secret);
            let token = signer.token_with_header(&json!({"alg": named.name()}), &claims());
            match made == named {
                true => drop(accepted(&verifier, &token)),
                false => assert_eq!(refusal(&verifier, &token), Error::InvalidSignature, "{named} {made}"),
            }
        }
    }
}

#[test]
fn row_18_pss_takes_one_length_of_salt_and_one_hash() {
    for (algorithm, hash) in
        [(Algorithm::Ps256, Hash::Sha256), (Algorithm::Ps384, Hash::Sha384), (Algorithm::Ps512, Hash::Sha512)]
    {
        let signer = Signer::new(algorithm);
        let verifier = signer.verifier();
        let token = signer.token(&claims());
        let message = signing_input(&token).as_bytes();
        let longest = rsa::MODULUS_LEN - hash.len() - 2;
        let signed = |block: &[u8]| with_signature(&token, &rsa::sign(block));
        accepted(&verifier, &signed(&rsa::pss(hash, hash, hash.len(), message)));

        for salt_len in [0, 20, hash.len() - 1, hash.len() + 1, longest] {
            let token = signed(&rsa::pss(hash, hash, salt_len, message));
            assert_eq!(refusal(&verifier, &token), Error::InvalidSignature, "{algorithm} {salt_len}");
        }
        for other in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            if other != hash {
                let token = signed(&rsa::pss(hash, other, hash.len(), message));
                assert_eq!(refusal(&verifier, &token), Error::InvalidSignature, "{algorithm} MGF1 {other:?}");
            }
        }
        let mut block = rsa::pss(hash, hash, hash.len(), message);
        *block.last_mut().unwrap() = 0xcc;
        assert_eq!(refusal(&verifier, &signed(&block)), Error::InvalidSignature, "{algorithm} trailer");
    }
}

#[test]
fn row_19_an_rsa_signature_is_smaller_than_the_modulus() {
    let modulus = mint::octets(&rsa::jwk()["n"]);
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
        let signer = Signer::new(algorithm);
        let verifier = signer.verifier();
        // One whose sum with the modulus still has its length.
        let (token, plus_modulus) = (0..)
            .map(|count| signer.token(&with(claims(), json!({"jti": format!("{count}")}))))
            .find_map(|token| sum(&signature(&token), &modulus).map(|sum| (token, sum)))
            .unwrap();
        accepted(&verifier, &token);
        let mut one = vec![0; modulus.len()];
        let zero = one.clone();
        *one.last_mut().unwrap() = 1;
        for (what, signature) in [
            ("plus the modulus", plus_modulus),
            ("zero", zero),
            ("minus one", difference(&modulus, &one)),
            ("one", one),
            ("the modulus", modulus.clone()),
            ("all ones", vec![0xff; modulus.len()]),
        ] {
            let forged = with_signature(&token, &signature);
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{algorithm} {what}");
        }
    }
}

#[test]
fn row_20_a_mac_is_compared_in_full() {
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let signer = Signer::new(algorithm);
        let verifier = signer.verifier();
        let token = signer.token(&claims());
        let mac = signature(&token);
        for len in 1..mac.len() {
            let forged = with_signature(&token, &mac[..len]);
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{algorithm} {len}");
        }
        let extended = with_signature(&token, &[&*mac, &[0]].concat());
        assert_eq!(refusal(&verifier, &extended), Error::InvalidSignature, "{algorithm}");
        let empty = format!("{}.", signing_input(&token));
        assert_eq!(
            refusal(&verifier, &empty),
            Error::Malformed(Malformed::EmptyPart(Part::Signature)),
            "{algorithm}"
        );
        for at in 0..mac.len() {
            let mut other = mac.clone();
            other[at] ^= 0x80;
            let forged = with_signature(&token, &other);
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{algorithm} octet {at}");
        }
    }
}

#[test]
fn row_21_a_bad_signature_tells_nothing_of_the_right_one() {
    for signer in Signer::all() {
        let token = signer.token(&claims());
        let [mut none, mut nearly] = [vec![0; signature(&token).len()], signature(&token)];
        none[0] = 1;
        *nearly.last_mut().unwrap() ^= 1;
        for forged in [none, nearly] {
            let error = refusal(&signer.verifier(), &with_signature(&token, &forged));
            assert_eq!(error, Error::InvalidSignature, "{signer:?}");
            assert_eq!(
                (format!("{error}"), format!("{error:?}")),
                ("the signature does not verify".into(), "InvalidSignature".into())
            );
        }
    }
}

#[test]
fn row_22_the_signature_is_over_the_received_text() {
    for signer in Signer::all() {
        let verifier = signer.verifier();
        let (header, payload) = (signer.header().to_string(), claims().to_string());
        let (header_text, payload_text) = (base64url(&header), base64url(&payload));
        for input in [
            format!("{header}.{payload}"),
            format!("{header}{payload}"),
            payload.clone(),
            payload_text.clone(),
            header_text.clone(),
            format!("{header_text}{payload_text}"),
            format!("{header_text}.{payload_text}."),
            format!("{header_text}.{payload}"),
            format!("{payload_text}.{header_text}"),
            format!("{header_text}.{payload_text}\n"),
            String::new(),
        ] {
            let signature = base64url(signer.sign(input.as_bytes()));
            let token = format!("{header_text}.{payload_text}.{signature}");
            assert_eq!(refusal(&verifier, &token), Error::InvalidSignature, "{signer:?} {input}");
        }
    }
}

#[test]
fn row_22_a_header_is_not_written_again_before_it_is_checked() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    // The same header in other words: as it was signed it is accepted, exchanged it is not.
    let spaced = r#"{ "kid" : "k1", "alg" : "EdDSA" }"#;
    let token = signer.raw_token(spaced, claims().to_string());
    accepted(&verifier, &token);
    let compact = signer.token(&claims());
    let (_, rest) = token.split_once('.').unwrap();
    let exchanged = format!("{}.{rest}", compact.split_once('.').unwrap().0);
    assert_eq!(refusal(&verifier, &exchanged), Error::InvalidSignature);
}

#[test]
fn row_22_a_changed_part_is_refused() {
    for signer in Signer::all() {
        let verifier = verifier_with_all_algorithms(&signer);
        let token = signer.token(&claims());
        let [header, payload, signature] = [0, 1, 2].map(|part| token.split('.').nth(part).unwrap());
        let promoted = base64url(with(claims(), json!({"sub": "admin"})).to_string());
        let typed = base64url(with(signer.header(), json!({"typ": "JWT"})).to_string());
        for forged in [format!("{header}.{promoted}.{signature}"), format!("{typed}.{payload}.{signature}")] {
            assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature, "{signer:?}");
        }
    }
}

fn verifier_with_all_algorithms(signer: &Signer) -> jwt_verify_core::Verifier {
    mint::verifier(signer.issuer().algorithms(every_algorithm()))
}

/// A signer by ECDSA, with the order of its curve, big-endian.
struct Curve {
    signer: Signer,
    order: Vec<u8>,
}

fn curves() -> impl Iterator<Item = Curve> {
    [
        (Algorithm::Es256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        (
            Algorithm::Es384,
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ),
        (
            Algorithm::Es512,
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        ),
        (Algorithm::Es256K, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
    ]
    .into_iter()
    .filter(|(algorithm, _)| algorithm.is_compiled_in())
    .map(|(algorithm, order)| Curve { signer: Signer::new(algorithm), order: bytes(order) })
}

const ED25519_ORDER: &str = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    hexadecimal.as_bytes().chunks(2).map(byte).collect()
}

/// The sum of two big-endian numbers of one length, if it has that length too.
fn sum(one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut sum: Vec<u8> = (one.iter().zip(other).rev())
        .map(|(one, other)| {
            let [high, low] = (u16::from(*one) + u16::from(*other) + carry).to_be_bytes();
            carry = u16::from(high);
            low
        })
        .collect();
    sum.reverse();
    (carry == 0).then_some(sum)
}

/// The difference of two big-endian numbers of one length, of which the first is the larger.
fn difference(larger: &[u8], smaller: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let mut difference: Vec<u8> = (larger.iter().zip(smaller).rev())
        .map(|(larger, smaller)| {
            let (less, first) = larger.overflowing_sub(*smaller);
            let (less, second) = less.overflowing_sub(u8::from(borrow));
            borrow = first || second;
            less
        })
        .collect();
    assert!(!borrow);
    difference.reverse();
    difference
}
