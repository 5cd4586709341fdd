//! A real interface: the loopback of a network namespace of its own, made by unshare (util-linux).

use std::net::UdpSocket;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use renkei_core::time::Moment;
use renkei_edge::sense::live::Wire;
use renkei_edge::sense::{Baseline, Sense};

use super::{Kept, settings};

/// Runs the test below in a namespace, where this user has the right to open packet sockets.
#[test]
fn an_interface_is_watched() {
    let test = std::env::current_exe().unwrap();
    let out = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"])
        .arg(&test)
        .args(["sense::live::inside", "--exact", "--ignored", "--nocapture"])
        .output()
        .expect("unshare can be started (Debian: apt-get install util-linux iproute2)");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    if said.contains("unshare failed") || said.contains("Operation not permitted") {
        println!("not run: this machine lets nobody make a network namespace");
        return;
    }
    assert!(out.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "needs the right to open packet sockets; an_interface_is_watched gives it"]
fn inside() {
    const SENT: u64 = 5_000;
    let mut wire = Wire::open("lo").expect("loopback");
    assert!(Wire::open("none0").is_err());
    let mut sense = Sense::new(settings("127.9.0.0/16", 1), Baseline::default());
    let kept = Kept::default();
    let sent = AtomicBool::new(false);
    let now = || Moment(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64);
    let accounts = std::thread::scope(|scope| {
        scope.spawn(|| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            for at in 0..SENT {
                socket.send_to(b"probe", ("127.9.0.1", 20_000 + (at % 100) as u16)).ok();
                if at % 100 == 99 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            std::thread::sleep(Duration::from_secs(1));
            sent.store(true, Ordering::Relaxed);
        });
        sense.watch(&mut wire, now, || sent.load(Ordering::Relaxed), &kept).expect("loopback")
    });
    assert!(accounts.balance());
    let (report, _) = sense.finish(&kept).unwrap();
    // Refusals of the closed ports go back to 127.0.0.1, which is not dark, and are counted as such.
    println!("{report}received {} dropped {}", wire.received(), wire.dropped());
    assert_eq!(report.accounts.taken + u64::from(wire.dropped()), SENT, "{report}");
    assert_eq!(report.accounts.records, wire.received());
    assert_eq!(report.top_ports.iter().map(|port| port.2).sum::<u64>() * 10, report.accounts.taken);
}
