//! Watches an interface: a packet socket of Linux, which needs the capability NET_RAW and nothing else.
//!
//! It only receives. Frames come one system call each, with the kernel's time and its count of drops;
//! why it is no ring of shared memory stands in docs/decisions/0081.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::sys::socket::sockopt::{RcvBuf, ReceiveTimeout, ReceiveTimestampns, RxqOvfl};
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, bind, recvmsg,
    setsockopt, socket,
};
use nix::sys::time::{TimeVal, TimeValLike as _};
use renkei_core::time::Moment;
use renkei_formats::capture::Record;

use super::account::Accounts;
use super::run::{Receiver, Sense, SenseError};

/// Frames are at most so long, also those that the network card put together.
const FRAME: usize = 1 << 16;
/// Bytes that the kernel is asked to hold for us; it may give less.
const KERNEL: usize = 64 << 20;
/// Frames that are handled together.
const TOGETHER: u64 = 1_024;
/// Frames that we sent ourselves (`PACKET_OUTGOING`).
const OUTGOING: u8 = 4;
/// Hardware without a link header: none, PPP, tunnels (`ARPHRD_…`).
const BARE: [u16; 5] = [0xfffe, 512, 768, 776, 778];

/// An interface cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// There is no interface of this name.
    #[error("no interface `{0}`")]
    Unknown(String),
    /// The kernel says no; without the capability NET_RAW it says `EPERM`.
    #[error("the kernel refused `{what}`")]
    Refused {
        /// What it was asked for.
        what: &'static str,
        /// What it said.
        #[source]
        source: Errno,
    },
    /// Watching stopped.
    #[error(transparent)]
    Sense(#[from] SenseError),
}

fn refused(what: &'static str) -> impl Fn(Errno) -> WireError {
    move |source| WireError::Refused { what, source }
}

/// An interface that is being watched.
pub struct Wire {
    socket: OwnedFd,
    frame: Vec<u8>,
    control: Vec<u8>,
    link: u32,
    dropped: u32,
    received: u64,
}

impl Wire {
    /// Begins to watch an interface.
    ///
    /// # Errors
    /// [`WireError`]: there is no such interface, or the right is missing.
    pub fn open(interface: &str) -> Result<Self, WireError> {
        let all = getifaddrs().map_err(refused("list of interfaces"))?;
        let mut named = all.filter(|one| one.interface_name == interface).filter_map(|one| one.address);
        let address = named.find_map(|address| address.as_link_addr().copied());
        let address = address.ok_or_else(|| WireError::Unknown(interface.to_owned()))?;
        let flags = SockFlag::SOCK_CLOEXEC;
        let socket = socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll)
            .map_err(refused("packet socket"))?;
        // The address of the list says no protocol, which leaves the one of the socket in force.
        bind(socket.as_raw_fd(), &address).map_err(refused("bind"))?;
        setsockopt(&socket, RcvBuf, &KERNEL).map_err(refused("receive buffer"))?;
        setsockopt(&socket, ReceiveTimestampns, &true).map_err(refused("times"))?;
        setsockopt(&socket, RxqOvfl, &1).map_err(refused("count of drops"))?;
        setsockopt(&socket, ReceiveTimeout, &TimeVal::milliseconds(200)).map_err(refused("timeout"))?;
        let link = if BARE.contains(&address.hatype()) { 101 } else { 1 };
        let control = nix::cmsg_space!(nix::sys::time::TimeSpec, u32);
        Ok(Self { socket, frame: vec![0; FRAME], control, link, dropped: 0, received: 0 })
    }

    /// Hands the next frame to `take`; whether there was one within a fifth of a second.
    ///
    /// # Errors
    /// The interface went away.
    fn next(&mut self, take: impl FnOnce(Record<'_>)) -> Result<bool, WireError> {
        let mut slices = [IoSliceMut::new(&mut self.frame)];
        let fd = self.socket.as_raw_fd();
        let got = recvmsg::<LinkAddr>(fd, &mut slices, Some(&mut self.control), MsgFlags::MSG_TRUNC);
        let got = match got {
            Ok(got) => got,
            Err(Errno::EAGAIN | Errno::EINTR) => return Ok(false),
            Err(source) => return Err(WireError::Refused { what: "next frame", source }),
        };
        let mut nanos = 0;
        for message in got.cmsgs().map_err(refused("control messages"))? {
            match message {
                ControlMessageOwned::ScmTimestampns(time) => {
                    nanos = i64::try_from(Duration::from(time).as_nanos()).unwrap_or(i64::MAX);
                }
                ControlMessageOwned::RxqOvfl(dropped) => self.dropped = dropped,
                _ => {}
            }
        }
        let (wire, ours) = (got.bytes, got.address.is_some_and(|address| address.pkttype() == OUTGOING));
        if !ours {
            self.received += 1;
            let data = self.frame.get(..wire.min(FRAME)).unwrap_or_default();
            take(Record { nanos, link: self.link, wire: u32::try_from(wire).unwrap_or(u32::MAX), data });
        }
        Ok(true)
    }

    /// Frames that the kernel dropped because we were too slow, so far as it has told.
    pub const fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Frames received.
    pub const fn received(&self) -> u64 {
        self.received
    }
}

impl Sense {
    /// Watches an interface until `stop` says so; it is asked several times a second. `now` is the
    /// clock: it closes minutes when nothing comes.
    ///
    /// # Errors
    /// [`WireError`]: the interface went away, or the receiver fails.
    pub fn watch(
        &mut self,
        wire: &mut Wire,
        now: impl Fn() -> Moment,
        stop: impl Fn() -> bool,
        receiver: &dyn Receiver,
    ) -> Result<Accounts, WireError> {
        let mut sum = Accounts::default();
        self.tell_hours_after(now());
        while !stop() {
            let parser = self.parser();
            let mut batch = parser.batch(self.next());
            let (mut more, begun) = (true, now());
            while more && batch.accounts.records < TOGETHER && now().0 - begun.0 < 1_000_000 {
                more = wire.next(|record| parser.record(&mut batch, record))?;
            }
            if !more {
                let second = u32::try_from(now().0.div_euclid(1_000_000)).unwrap_or(0);
                batch.step(second, parser.grace);
            }
            sum.add(&batch.accounts);
            self.take(batch, receiver)?;
            self.hand_hours(receiver)?;
        }
        Ok(sum)
    }
}
