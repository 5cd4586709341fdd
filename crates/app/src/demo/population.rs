//! The infected devices of the demo: where each sits, what it shows of itself, when it is cleaned.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::numbers::Numbers;

/// Infected devices in the country (S2.16: about 44,000).
pub const DOMESTIC: u32 = 44_000;
/// Infected devices abroad (S2.16: about 38,000).
pub const FOREIGN: u32 = 38_000;

/// Where devices sit, with how many of a thousand domestic ones.
struct Home {
    per_mille: u32,
    base: u32,
    size: u32,
    v6: Option<u128>,
    shared: bool,
}

/// Shares and blocks follow `parties.toml`; the last block belongs to nobody.
const HOMES: [Home; 10] = [
    Home { per_mille: 320, base: 0xC612_0000, size: 1 << 14, v6: Some(0x2001_0db8_1000), shared: true },
    Home { per_mille: 240, base: 0xC612_4000, size: 1 << 14, v6: Some(0x2001_0db8_2000), shared: true },
    Home { per_mille: 130, base: 0xC612_8000, size: 1 << 13, v6: Some(0x2001_0db8_3000), shared: false },
    Home { per_mille: 70, base: 0xC612_A000, size: 1 << 12, v6: None, shared: false },
    Home { per_mille: 110, base: 0xC612_B000, size: 1 << 12, v6: Some(0x2001_0db8_5000), shared: true },
    Home { per_mille: 30, base: 0xC612_C000, size: 1 << 11, v6: None, shared: false },
    Home { per_mille: 30, base: 0xC612_C800, size: 1 << 11, v6: None, shared: false },
    Home { per_mille: 10, base: 0xC612_D000, size: 1 << 10, v6: None, shared: false },
    Home { per_mille: 25, base: 0xC612_E000, size: 1 << 12, v6: None, shared: false },
    Home { per_mille: 35, base: 0xC612_F000, size: 1 << 12, v6: None, shared: false },
];

const ABROAD: Home =
    Home { per_mille: 1000, base: 0xC613_0000, size: 1 << 16, v6: Some(0x3fff_0000_0000), shared: false };

/// One infected device.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its number in the population.
    pub number: u32,
    /// Where it sits.
    pub address: IpAddr,
    /// Whether others share its address.
    pub shared: bool,
    /// Whether it sits abroad.
    pub foreign: bool,
    /// What the malware calls its installation.
    pub bot_id: u64,
    /// Days after the first observation on which it is cleaned without any notice.
    pub cleaned_unasked: u32,
}

/// The devices of a seed; the same every time.
pub fn devices(seed: u64) -> impl Iterator<Item = Device> {
    (0..DOMESTIC + FOREIGN).map(move |number| device(seed, number))
}

fn device(seed: u64, number: u32) -> Device {
    let mut numbers = Numbers::new(seed, u64::from(number));
    let foreign = number >= DOMESTIC;
    let home = if foreign { &ABROAD } else { home(number) };
    let v6 = home.v6.filter(|_| numbers.chance(20));
    let address = match v6 {
        Some(lead) => {
            let site = u128::from(numbers.below(1 << 20));
            IpAddr::V6(Ipv6Addr::from_bits(lead << 80 | site << 64 | u128::from(numbers.next() | 1)))
        }
        None => {
            // Where addresses are shared, the devices crowd on an eighth of the block.
            let size = if home.shared { home.size / 8 } else { home.size };
            IpAddr::V4(Ipv4Addr::from_bits(home.base + numbers.below(u64::from(size)) as u32))
        }
    };
    Device {
        number,
        address,
        shared: home.shared && address.is_ipv4(),
        foreign,
        bot_id: numbers.next(),
        cleaned_unasked: 1 + numbers.days_until(32),
    }
}

fn home(number: u32) -> &'static Home {
    // A home depends on the number alone, not on the seed: operators keep their shares in any nation.
    let mut place = Numbers::new(0, u64::from(number)).below(1000) as u32;
    for home in &HOMES {
        match place.checked_sub(home.per_mille) {
            Some(rest) => place = rest,
            None => return home,
        }
    }
    &ABROAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_population_has_the_size_of_the_source() {
        let all: Vec<Device> = devices(1).collect();
        assert_eq!(all.iter().filter(|d| !d.foreign).count(), 44_000);
        assert_eq!(all.iter().filter(|d| d.foreign).count(), 38_000);
        assert_eq!(HOMES.iter().map(|h| h.per_mille).sum::<u32>(), 1000);
    }
}
