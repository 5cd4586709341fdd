# What is published: the site, its feed and its advice. Counts are shown in tables, not in sentences.

language = English
menu = Pages
site-title = What the sensors of { $office } see
report-title = Observations
report-span = From { $from } to { $until } (UTC; Japan is nine hours ahead). Days and weeks are counted in UTC, weeks up to the end of the report.
report-none = No report has been published yet.
closed-note = Closed report for { $group }: not for passing on beyond the members of this group.

known-sensors = Counted are packets that reached our own sensors, { $addresses } addresses that nobody uses. This is a sample; what happens elsewhere is not in it.
known-spoofed = The source address of a packet can be forged. A source is not proof of who sent it.
known-smallest = Attacks below about { $pps } packets a second cannot be seen, nor can attacks whose packets do not come from addresses forged at random.
known-joined = In breakdowns, cells with fewer than { $least } are put together and shown as one. The number is this office's own choice.

summary-title = The last seven days
summary-caption = The last seven days and the seven before
what = What
now = Last 7 days
before = 7 days before
change = Change
from-utc = From (UTC)
table-of = Table: { $what }

series-accesses = Accesses per address in 2 minutes
series-sources = Sources in an hour
series-mirai = Mirai-like sources
series-victims = Victims of attacks
series-household = Household devices, share
caveat-accesses = Packets that ask for something, for each address of our sensors. The number of addresses may change over time.
caveat-sources = Different source addresses in an hour, on average, within about 1 %. Sources that two sensors saw count twice. Addresses can be forged.
caveat-mirai = Sources whose packets bear the mark of Mirai, each once an hour and sensor. Devices behind a rewriting router, and bots without the mark, are missing.
caveat-victims = Victims that answer packets forged in our name, each once an hour and sensor. Small attacks and attacks that are not forged at random are not seen.
caveat-household = A source is taken for what it looks for: infected devices look for devices of their own kind. This is an inference from ports, not an observation of the device.

hourly-title = By hours
hourly-caption = Counts by hours
daily-title = By days
daily-caption = Counts by days
weekly-title = By weeks
weekly-caption = Counts by weeks

ports-title = Ports
ports-caption = Ports that were asked for most in the last seven days
caveat-ports = Packets to our own sensors. Of each hour the twenty ports with most packets are counted, so that the sum of a port is at least what is shown. A port says what was looked for, not what was there.
place = Place
port = Port
packets = Packets
ports-began = Sources that began
place-before = Place before
countries-title = Countries of sources
countries-caption = Sources that began to probe, by country
countries-none = No table of countries was used.
caveat-countries = The country in which a range of addresses is registered, which need not be where the device stands or who acts. Addresses can be forged.
victim-countries-title = Countries of victims
victim-countries-caption = Victims of attacks, by country
victim-countries-none = No table of countries was used, or no victim was seen.
caveat-victim-countries = The country in which the victim's range of addresses is registered. Only attacks that our sensors can see are counted.
detections-title = Detections
detections-caption = Detections that began, by rule
detections-none = Nothing was detected.
caveat-detections = Each detection that began counts once. Rules and thresholds are those of the sensors.
members-title = The members of this group
members-caption = Addresses of members in the feeds of the sensors, by kind
members-none = No address of a member is in the feeds of the sensors.
caveat-members = Addresses that the directory attributes to members of the group, in feeds of the sensors that the office read in. Not every source is an infected device.
name = Name
name-unknown = not known
name-joined = others, put together
name-shadowserver-event4_honeypot_darknet = sources that probe or are infected
name-shadowserver-event4_honeypot_ddos_target = victims of attacks
files-title = Figures as files
files-json = All figures (JSON)

advice-title = For owners of household devices
advice-why = Routers, cameras and recorders that are reachable from the Internet are looked for all the time. This is general advice; the maker of your device has the instructions for it.
# S1.28: device users are told to keep software current etc.; S2.22: publicity for ordinary users.
advice-password = Change the password that the device came with. Use one that you use nowhere else.
advice-update = Keep the device's software (firmware) current, and let it update itself where it can.
advice-restart = If you suspect an infection, switch the device off and on again, then change the password and update at once: some malware goes with a restart, but comes back if nothing else is changed.
advice-close = Switch off remote access from the Internet unless you need it.
advice-replace = Replace devices that their maker no longer updates.

alerts-title = Urgent alerts
alerts-none = There is no alert at present.
alerts-all = All alerts, with corrections and retractions
feed-title = Alerts and observations of { $office }
feed-link = Feed (Atom)
mark-corrected = [Corrected]{" "}
mark-retracted = [Retracted]{" "}
published-at = Published { $at } (UTC)
corrected-at = Correction of { $at } (UTC)
retracted-at = Taken back { $at } (UTC)
