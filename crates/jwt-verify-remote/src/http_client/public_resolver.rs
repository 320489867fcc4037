//! Turns names into the addresses that may be connected to.

use core::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};
use std::net::ToSocketAddrs;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::is_loopback_name;

/// The system's resolver, with two rules.
///
/// What it answers is what is connected to, so a name cannot be one address when it is checked and another when it is used.
#[derive(Debug)]
pub(super) struct Resolver {
    /// Drops every address that is not [public](is_public).
    pub(super) public_addresses_only: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let public_addresses_only = self.public_addresses_only;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let mut addresses = addresses_of(host.clone()).await?;
            if public_addresses_only {
                addresses.retain(|address| is_public(address.ip()));
                if addresses.is_empty() {
                    return Err(NoPublicAddress { host }.into());
                }
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

async fn addresses_of(host: String) -> Result<Vec<SocketAddr>, Box<dyn core::error::Error + Send + Sync>> {
    // RFC 6761 §6.3: "Name resolution APIs and libraries SHOULD recognize localhost names as special and SHOULD always return the
    // IP loopback address". Not all do for names below it, and plain `http` is allowed to these names for that reason alone.
    if is_loopback_name(&host) {
        let loopback = [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        return Ok(loopback.map(|address| SocketAddr::new(address, 0)).into());
    }
    // Port 0 stands for the port of the address that is fetched.
    let found = tokio::task::spawn_blocking(move || (host.as_str(), 0).to_socket_addrs()).await??;
    Ok(found.collect())
}

/// A name has addresses, and none of them is public.
#[derive(Debug)]
pub(super) struct NoPublicAddress {
    pub(super) host: String,
}

impl fmt::Display for NoPublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no public address", self.host)
    }
}

impl core::error::Error for NoPublicAddress {}

/// Whether an address is one of the public internet's, reached from here as from anywhere.
///
/// By the IANA registries of special-purpose addresses (RFC 6890), read narrowly: what is globally reachable there and is no place
/// for an issuer (anycast relays, protocol assignments) is not public here.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|(network, prefix)| {
        // The number of leading bits that two addresses share.
        (network.to_bits() ^ address.to_bits()).leading_zeros() >= *prefix
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let is_in = |(network, prefix): &(Ipv6Addr, u32)| {
        (network.to_bits() ^ address.to_bits()).leading_zeros() >= *prefix
    };
    let [_, a, b, _, _, _, c, d] = address.segments();
    // Addresses that stand for an IPv4 address are as public as that is.
    if is_in(&V4_MAPPED) || is_in(&NAT64) {
        return is_public_v4(v4(c, d));
    }
    if is_in(&SIX_TO_FOUR) {
        return is_public_v4(v4(a, b));
    }
    is_in(&GLOBAL_UNICAST) && !SPECIAL_V6.iter().any(is_in)
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

const SPECIAL_V4: &[(Ipv4Addr, u32)] = &[
    // "This network" (RFC 791 §3.2); many systems take 0.0.0.0 for loopback.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // Private use (RFC 1918).
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Shared between carriers and customers (RFC 6598).
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback (RFC 1122 §3.2.1.3).
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local (RFC 3927), with the metadata services of most clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // A platform service of Azure: a public address, but each virtual machine meets its own host there.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Protocol assignments (RFC 6890).
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation (RFC 5737).
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // 6to4 relays (RFC 7526).
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Benchmarks (RFC 2544).
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast (RFC 5771).
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and broadcast (RFC 1112 §4, RFC 919).
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// RFC 4291 §2.4: what is handed out. Outside are `::`, `::1`, unique local, link-local and multicast addresses.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    // Protocol assignments (RFC 2928), Teredo among them (RFC 4380).
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation (RFC 3849, RFC 9637).
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// RFC 4291 §2.5.5.2.
const V4_MAPPED: (Ipv6Addr, u32) = (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);

/// RFC 6052 §2.1: in networks without IPv4, every IPv4 host has such an address.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// RFC 3056 §2.
const SIX_TO_FOUR: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_public_internet_are_public_and_no_others() {
        let rows = [
            // Edges of each network: the last address before, the first, the last, the first after.
            ("0.0.0.0 0.255.255.255", "1.0.0.0"),
            ("10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0"),
            ("100.64.0.0 100.100.100.200 100.127.255.255", "100.63.255.255 100.128.0.0"),
            ("127.0.0.0 127.0.0.1 127.255.255.255", "126.255.255.255 128.0.0.0"),
            ("168.63.129.16", "168.63.129.15 168.63.129.17"),
            ("169.254.0.0 169.254.169.254 169.254.255.255", "169.253.255.255 169.255.0.0"),
            ("172.16.0.0 172.31.255.255", "172.15.255.255 172.32.0.0"),
            ("192.0.0.0 192.0.0.192 192.0.0.255", "191.255.255.255 192.0.1.0"),
            ("192.0.2.0 192.0.2.255", "192.0.1.255 192.0.3.0"),
            ("192.88.99.0 192.88.99.255", "192.88.98.255 192.88.100.0"),
            ("192.168.0.0 192.168.255.255", "192.167.255.255 192.169.0.0"),
            ("198.18.0.0 198.19.255.255", "198.17.255.255 198.20.0.0"),
            ("198.51.100.0 198.51.100.255", "198.51.99.255 198.51.101.0"),
            ("203.0.113.0 203.0.113.255", "203.0.112.255 203.0.114.0"),
            ("224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255", "223.255.255.255"),
            // IPv6.
            (":: ::1 ::2 ::127.0.0.1 ::8.8.8.8 1fff:: 4000:: 5f00::1", "2600::1 2a00:1450::1 3ffe::1"),
            ("2001:: 2001:0:1::1 2001:2::1 2001:20::1 2001:1ff:ffff::", "2001:200:: 2001:4860:4860::8888"),
            ("2001:db8:: 2001:db8:ffff::1", "2001:db7::1 2001:db9::1"),
            ("3fff:: 3fff:fff:ffff::", "3fff:1000::"),
            ("fc00:: fd00:ec2::254 fdff:ffff::", ""),
            ("fe80::1 febf::1 fec0::1 ff02::1 ffff::", ""),
            ("100::1 64:ff9b:1::8.8.8.8", ""),
            // IPv4 in IPv6.
            ("::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0.0.0.0", "::ffff:8.8.8.8"),
            ("64:ff9b::10.0.0.1 64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8"),
            ("2002:7f00:1::1 2002:a9fe:a9fe:: 2002:c0a8:101::8.8.8.8", "2002:808:808::1"),
            ("::ffff:0:8.8.8.8 64:ff9b:0:1::8.8.8.8", ""),
        ];
        for (special, public) in rows {
            for (addresses, expected) in [(special, false), (public, true)] {
                for address in addresses.split_whitespace() {
                    assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
                }
            }
        }
    }

    fn resolve(name: &str, public_addresses_only: bool) -> Result<Vec<SocketAddr>, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let resolver = Resolver { public_addresses_only };
        let found = runtime.block_on(resolver.resolve(name.parse().unwrap()));
        found.map(Iterator::collect).map_err(|error| error.to_string())
    }

    #[test]
    fn names_of_this_machine_are_loopback_whatever_the_resolver_would_say() {
        let loopback = || Ok(vec!["[::1]:0".parse().unwrap(), "127.0.0.1:0".parse().unwrap()]);
        assert_eq!(resolve("localhost", false), loopback());
        assert_eq!(resolve("no.such.name.localhost", false), loopback());
    }

    #[test]
    fn a_name_without_a_public_address_is_refused_where_only_those_are_allowed() {
        assert_eq!(resolve("localhost", true), Err("localhost has no public address".to_owned()));
        // Resolvers read numbers as addresses. (The client's own URL parser never lets one come this far.)
        assert_eq!(resolve("127.0.0.1", true), Err("127.0.0.1 has no public address".to_owned()));
    }
}
