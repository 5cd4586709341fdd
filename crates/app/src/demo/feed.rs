//! The sinkhole's log files of the demo: written once a day, some lines broken on purpose.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use renkei_core::time::{DAY, Day, Moment, SECOND};

use super::numbers::Numbers;
use super::population::{Device, devices};

/// The family of the demo: a name that no malware has.
pub const FAMILY: &str = "kasumibot";

/// What a file was made with; its reader must come to the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Lines, broken ones among them.
    pub lines: u64,
    /// Lines broken so that they cannot be read.
    pub broken: u64,
    /// Devices in the country.
    pub domestic: u64,
    /// Devices abroad.
    pub foreign: u64,
}

/// One day of the sinkhole.
pub struct Feed<'a> {
    /// Seed of the nation.
    pub seed: u64,
    /// One device in so many.
    pub thin: u32,
    /// The day.
    pub day: Day,
    /// Days since the first.
    pub offset: u32,
    /// Whether a device still calls on this day.
    pub active: &'a dyn Fn(&Device) -> bool,
}

/// How a device is named in observations.
pub fn device_key(device: &Device) -> String {
    format!("bot:{FAMILY}/{:016x}", device.bot_id)
}

impl Feed<'_> {
    /// Writes the file if it is not there; says what is in it.
    pub fn write(&self, folder: &Path) -> io::Result<(PathBuf, Written)> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}-sinkhole.jsonl.zst", self.day));
        let part = path.with_extension("part");
        let mut written = Written::default();
        if path.exists() {
            self.lines(&mut io::sink(), &mut written)?;
        } else {
            let mut out = zstd::Encoder::new(BufWriter::new(File::create(&part)?), 1)?;
            self.lines(&mut out, &mut written)?;
            out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            fs::rename(&part, &path)?;
        }
        Ok((path, written))
    }

    fn lines(&self, out: &mut impl Write, written: &mut Written) -> io::Result<()> {
        for device in devices(self.seed).filter(|device| device.number % self.thin == 0) {
            if !(self.active)(&device) {
                continue;
            }
            let mut numbers = Numbers::new(self.seed ^ (u64::from(self.offset) + 1) << 32, u64::from(device.number));
            // On the first day everybody is seen; later a device may be switched off for a day.
            if self.offset > 0 && numbers.chance(15) {
                continue;
            }
            let hits = if self.offset == 0 { 1 + numbers.below(6) } else { 1 + numbers.below(2) };
            if device.foreign {
                written.foreign += 1
            } else {
                written.domestic += 1
            }
            let without_port = numbers.chance(4);
            for _ in 0..hits {
                self.hit(&device, without_port, &mut numbers, out)?;
                written.lines += 1;
            }
            if numbers.chance(1) && numbers.chance(10) {
                out.write_all(broken(&device, &mut numbers).as_bytes())?;
                written.lines += 1;
                written.broken += 1;
            }
        }
        Ok(())
    }

    fn hit(&self, device: &Device, without_port: bool, numbers: &mut Numbers, out: &mut impl Write) -> io::Result<()> {
        let micros = numbers.below(86_400 * 1_000_000) as i64;
        let at = Moment(self.day.start().0 + micros.min(DAY - SECOND));
        // Carrier-grade NAT: the port says which of those behind the address it was.
        let port = if device.shared {
            1024 + (u64::from(device.number) * 31 + numbers.below(64)) % 64_000
        } else {
            1024 + numbers.below(64_000)
        };
        let port = if without_port { String::new() } else { format!(",\"sport\":{port}") };
        let (dst, host) =
            if numbers.chance(50) { ("198.19.255.53", "cfg-a.test") } else { ("198.19.255.54", "cfg-b.test") };
        writeln!(
            out,
            "{{\"ts\":\"{at}\",\"src\":\"{}\"{port},\"dst\":\"{dst}\",\"dport\":80,\"proto\":\"tcp\",\"host\":\"{host}\",\
             \"path\":\"/cfg\",\"method\":\"POST\",\"family\":\"{FAMILY}\",\"bot_id\":\"{}\",\"app\":\"http\",\"sensor\":\"demo-sinkhole\",\"tlp\":\"AMBER\"}}",
            device.address,
            format_args!("{:016x}", device.bot_id),
        )
    }
}

/// A line that cannot be read: cut off, or without an address.
fn broken(device: &Device, numbers: &mut Numbers) -> String {
    match numbers.below(3) {
        0 => "{\"ts\":\"2026-04-06T00:00:00Z\",\"src\":\"198.18.\n".to_owned(),
        1 => format!("{{\"ts\":\"2026-04-06T00:00:{:02}Z\",\"family\":\"{FAMILY}\"}}\n", device.number % 60),
        _ => format!(
            "{{\"ts\":\"2026-04-06T00:00:00Z\",\"src\":\"198.18.0.1.{}\",\"family\":\"{FAMILY}\"}}\n",
            device.number % 250
        ),
    }
}
