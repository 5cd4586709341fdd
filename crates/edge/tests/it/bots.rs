//! The simulated bots of each family are known by their profiles, and neutralised by blank data.

use std::net::SocketAddr;

use renkei_edge::sinkhole::bots::{Bots, Family};

use crate::bed::{Bed, order, zone};

#[test]
fn every_family_checks_in_and_is_given_blank_data() {
    let mut order = order();
    order.zones = Family::ALL
        .iter()
        .map(|family| zone(&format!("{}.example", family.as_str()), family.as_str(), Some("auth-1")))
        .collect();
    for name in ["cryptowall4", "emotet-or-trickbot"] {
        let bytes = std::fs::read(crate::bed::profiles().join(format!("{name}.toml"))).unwrap();
        let sha256 = renkei_core::id::Digest::of(&bytes).to_string();
        order.profiles.push(renkei_formats::order::ProfileDigest { name: name.to_owned(), sha256 });
    }
    let listen = "[[listen]]\nkind = \"tcp\"\naddress = \"127.0.0.1:0\"\nproxy_from = [\"127.0.0.1/32\"]";
    let bed = Bed::new(&order).with(listen);
    let running = bed.start();
    for family in Family::ALL {
        let bots = Bots::new(running.addresses[0], family, &format!("c2.{}.example", family.as_str())).unwrap();
        for device in 0..5 {
            let from = SocketAddr::new([198, 18, 1, device as u8].into(), 40_000);
            assert!(bots.check_in(device, Some(from)).unwrap().is_blank(), "{family:?}");
        }
    }
    running.stop();
    let lines = bed.lines();
    assert_eq!(lines.len(), 30);
    for (line, family) in lines.iter().zip(Family::ALL.iter().flat_map(|family| [family; 5])) {
        assert_eq!(
            (line["family"].as_str(), line["confidence"].as_str()),
            (Some(family.as_str()), Some("high")),
            "{line}"
        );
    }
    assert!(lines.iter().all(|line| line["src"].as_str().unwrap().starts_with("198.18.1.")));
    assert_eq!(lines[3]["bot_id"], "00000003");
}
