//! Which addresses a webhook may reach: no request of a service is to be turned against its own network.
//!
//! A name is looked up here, its addresses are judged here, and the connection goes to just these: whoever answers the
//! look-up cannot answer another one differently (DNS rebinding). Redirects are not followed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A network, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// `10.0.0.0/8`, `fd00::/8`, or an address alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) => prefix.parse().ok().filter(|prefix| *prefix <= longest)?,
        };
        Some(Self { address, prefix })
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = u32::from(network) ^ u32::from(address);
                differing.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = u128::from(network) ^ u128::from(address);
                differing.leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}

/// Judges addresses.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    /// Networks that may be reached although they are private.
    allowed: Arc<[Network]>,
    /// Whether nothing else may be reached: without TLS, secrets would be read on the way.
    only_allowed: bool,
}

/// Why an address is not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {reason}")]
pub(crate) struct Refused {
    address: IpAddr,
    reason: &'static str,
}

impl Guard {
    pub(crate) fn new(allowed: Vec<Network>, only_allowed: bool) -> Self {
        Self {
            allowed: allowed.into(),
            only_allowed,
        }
    }

    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Refused> {
        let refused = |reason| Err(Refused { address, reason });
        let plain = embedded(address);
        // These hand out the credentials of the machine. Nothing allows them.
        if is_metadata(plain) {
            return refused("an address of the machine's metadata");
        }
        if self.allowed.iter().any(|network| network.contains(plain)) {
            return Ok(());
        }
        if self.only_allowed {
            return refused("reached without TLS, which takes an `allow` network");
        }
        match not_public(plain) {
            Some(reason) => refused(reason),
            None => Ok(()),
        }
    }
}

/// The IPv4 address inside an IPv6 one: mapped, of NAT64 (RFC 6052), of 6to4 (RFC 3056).
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    let words = v6.segments();
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match words {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        // The deprecated compatible form; `::` and `::1` are addresses of their own.
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => v4(high, low),
        _ => address,
    }
}

/// Link-local addresses, and those of metadata services that aren't: Alibaba, AWS over IPv6, Oracle.
fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_link_local()
                || v4 == Ipv4Addr::new(100, 100, 100, 200)
                || v4 == Ipv4Addr::new(192, 0, 0, 192)
        }
        IpAddr::V6(v6) => {
            v6.is_unicast_link_local() || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
        }
    }
}

/// What keeps an address from being one of the public internet (IANA's special-purpose registries).
fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            match (a, b, c) {
                (127, ..) => Some("this machine's"),
                (0, ..) => Some("of this network"),
                (10, ..) | (172, 16..=31, _) | (192, 168, _) => Some("private"),
                (100, 64..=127, _) => Some("shared by a provider's customers"),
                (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (198, 18..=19, _) => {
                    Some("reserved")
                }
                (224.., ..) => Some("multicast or reserved"),
                _ => None,
            }
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            if v6.is_loopback() {
                Some("this machine's")
            } else if v6.is_unique_local() {
                Some("private")
            } else if first & 0xe000 != 0x2000 {
                Some("not a global address")
            } else if v6.segments()[..2] == [0x2001, 0xdb8] {
                Some("reserved")
            } else {
                None
            }
        }
    }
}

/// Looks names up and hands out only addresses that may be reached.
pub(super) struct GuardedResolver(pub(super) Guard);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let mut refused = None;
            let mut allowed = Vec::new();
            for address in found {
                match guard.check(address.ip()) {
                    Ok(()) => allowed.push(address),
                    Err(why) => refused = Some(why),
                }
            }
            match refused {
                Some(why) if allowed.is_empty() => Err(why.into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

impl fmt::Debug for GuardedResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GuardedResolver").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, address: &str) -> bool {
        guard.check(address.parse().unwrap()).is_ok()
    }

    #[test]
    fn only_public_addresses_are_reached() {
        let guard = Guard::default();
        let refused = [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "169.254.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "203.0.113.9",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "::10.0.0.1",
        ];
        for address in refused {
            assert!(!check(&guard, address), "{address} is reached");
        }
        for address in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
        ] {
            assert!(check(&guard, address), "{address} is refused");
        }
    }

    #[test]
    fn what_is_allowed_is_reached_but_never_the_metadata() {
        let networks = [
            "10.0.0.0/8",
            "127.0.0.1",
            "169.254.0.0/16",
            "fd00::/8",
            "0.0.0.0/0",
        ];
        let allowed = networks.map(|text| Network::parse(text).unwrap()).to_vec();
        let guard = Guard::new(allowed, false);
        for address in [
            "10.255.0.1",
            "127.0.0.1",
            "192.168.0.1",
            "fd12::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(check(&guard, address), "{address} is refused");
        }
        for address in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "fe80::1",
            "::1",
        ] {
            assert!(!check(&guard, address), "{address} is reached");
        }
    }

    #[test]
    fn without_tls_only_what_is_allowed_is_reached() {
        let guard = Guard::new(vec![Network::parse("127.0.0.0/8").unwrap()], true);
        assert!(check(&guard, "127.0.0.2"));
        assert!(!check(&guard, "8.8.8.8"));
    }

    #[test]
    fn networks_are_read_strictly() {
        for text in [
            "10.0.0.0/33",
            "fd00::/129",
            "10.0.0/8",
            "",
            "/8",
            "host",
            "10.0.0.0/8/8",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
