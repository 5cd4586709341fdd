# What the command line says, English. Keys stand in the same order as in cli.ja.ftl.
none = –
yes = yes
no = no
total = total

init-done = An office was made in { $folder }.
init-seat = seat { $seat }: { $duties }
init-key = Key of the ledger (give it to whoever verifies): { $key }
init-undecided = Not decided: { $key }. Nothing is removed until somebody decides it in office.toml.
init-next = Next: renkei party import FILE, renkei routes import FILE, renkei ingest FILE
init-ask-keep = How many days are observations kept? (empty: undecided)

party-id = party
party-name = name
party-role = role
party-channel = channel
party-shared = shared addresses
party-repeat = told again after (days)
party-answer = answers within (days)
party-agreements = agreements
party-competences = competences
party-none = No party yet. Import a file of them: renkei party import FILE
party-imported = Parties: { $added } added, { $changed } changed, { $unchanged } unchanged.

routes-imported = Route table in force from { $from }: { $ranges } ranges ({ $form }), { $findings } rows left out.

ingest-done = { $name } ({ $kind }): { $lines } lines = { $stored } stored + { $duplicates } duplicates + { $quarantined } quarantined
ingest-known = { $name } ({ $kind }): read before, nothing to do ({ $lines } lines)
ingest-nobody = { $count } lines on addresses that nobody in the directory can act on
ingest-finding = { $code } { $label } { $column } × { $count }, first in line { $line }

observations-none = Nothing matches. renkei observations --by family shows what is there.
observations-next = More: --after { $cursor }
by-day = day
by-family = family
by-party = party
by-asn = AS
by-kind = kind
by-country = country
by-port = port
by-class = class
by-feed = feed

plan-devices = devices
plan-lines = lines
plan-left = not sent
plan-measure = measure
plan-reason = { $count } lines not sent: { $reason }
plan-done = Drafted as { $campaign }. Next: renkei campaign approve { $campaign }
plan-rehearsed = Rehearsed only: nothing was written.
notify-user = notify the user
tell-partner = tell the partner
reset-credentials = reset credentials
repair-site = repair the site
secure-server = check and secure the server
reason-no-operator = nobody in the directory can act on the address
reason-no-channel = the party has no channel
reason-no-port = shared address, and the line has no source port
reason-no-time = no time to the second with zone
reason-told-before = told before, within the party's term
reason-refused = refused by the gate
reason-several-operators = several parties claim the site
reason-no-key = the party has no age key
reason-corrected = taken out by a correction

approve-done = { $count } requests approved by { $seat } with { $key }. Next: renkei campaign send { $campaign }
approve-same-seat = The same seat drafted and approved; the office allows it, and every ruling says so.

send-done = { $requests } requests queued, { $letters } letters left, { $waiting } waiting, { $failed } failed.
send-may-repeat = { $count } letters were in flight when an earlier process ended: they may have been sent twice, under the same Message-ID.
send-error = The last delay or refusal said: { $error }
send-refused = Not sent to { $party }: { $ruling }
send-outbox = Letters are files in { $folder }

change-withdrawn = Withdrawn: { $count } request.
change-corrected = Corrected: { $count } request, { $lines } lines taken out.
change-closed = Closed, with { $count } requests.
change-fed-back = Feedback given for { $count } request.

answer-done = { $party } answered { $request }: { $outcome }
answer-dropped = { $count } columns have no place in an answer and were dropped unread (G20).
answer-findings = { $count } lines could not be counted.
outcome-full = in full
outcome-part = in part
outcome-declined = declined
outcome-no-data = no data
status-customer-told = customer told
status-quarantined = quarantined
status-cleaned = cleaned
status-not-ours = not ours
status-shared-address-need-port = shared address, need port
status-no-data = no data
status-credentials-reset = reset or locked
status-no-such-account = no such account
status-repaired = repaired
status-nothing-found = nothing found

state-draft = draft
state-approved = approved
state-sent = sent
state-acknowledged = acknowledged
state-answered = answered
state-fed-back = feedback given
state-closed = closed
state-withdrawn = withdrawn

campaign-id = campaign
campaign-title = title
campaign-requests = requests
campaign-none = No campaign yet. Plan one: renkei campaign plan --help
request-id = request
request-due = due

effect-state = state
effect-told = devices told
effect-reached = users reached (lines)
effect-gone = gone
effect-still = still seen
effect-unknown = unknown
effect-overdue = overdue
effect-all-told = all told
effect-not-told = could not be told
effect-until = Observed until { $until }; a device counts as gone after { $quiet } days without a hit.
effect-lift = Gone more often among the told than among those who could not be told: { $points } percentage points.
effect-keys = Devices are told apart by: { $keys }
effect-assumptions = These figures are estimates. They rest on:
key-bot-id = id given by the malware (sure)
key-site = host name of a site (sure)
key-address-port = address and port (unsure)
key-address = address (fairly sure)
assumption-device-key = A device is told apart by the best key its lines carry; where that is the address, a new address makes a new device.
assumption-quiet-is-clean = No hit for the quiet time means clean; the device may also be switched off or moved.
assumption-sinkhole-saw-all = The sinkhole saw every day that has observations.
assumption-not-told-is-comparable = The told and those who could not be told differ only in that; they may differ in more. Nobody was left untold on purpose.
assumption-answers-are-true = Users reached are what the parties answered; nobody checked it.
chart-title = Share of devices still seen after the notice
chart-days = days since the notice
chart-told = told
chart-not-told = could not be told

key-name = key
key-purpose = purpose
key-state = state
key-public = public half

audit-none = No entry there.
audit-exported = { $entries } entries in { $file }, public keys in { $keys }. Check: verify { $file } --keys { $keys }
audit-intact = Ledger intact: { $entries } entries, { $approvals } approvals with good signatures, { $checkpoints } checkpoints from outside.
audit-broken = LEDGER NOT INTACT: { $entries } entries, { $approvals } approvals with good signatures, { $checkpoints } checkpoints from outside.
audit-tail-held = Its end is held by a checkpoint from outside the database.
audit-tail-unknown = Whether its end was cut off cannot be known: no checkpoint from outside was given.
audit-tail-cut = Its end was cut off.

care-kept-from = Observations are kept from { $day } on.
care-undecided = No term of retention is decided: nothing was removed for its age.
care-table = { $table }: { $rows } rows in { $files } files; { $removed } rows removed, { $joined } files joined, { $deleted } files ({ $bytes } bytes) deleted

config-seat = seat
config-policies = rule set

doctor-ledger = ledger intact, { $count } entries
doctor-ledger-bad = ledger not intact: renkei audit verify
doctor-intents = no act was left unfinished
doctor-intents-bad = { $count } acts outside the registry were announced and not finished
doctor-in-flight = no letter is in flight
doctor-in-flight-bad = { $count } letters are in flight: renkei campaign send takes them over
doctor-failed-letters = no letter was refused for good
doctor-failed-letters-bad = { $count } letters were refused for good: look at the party's channel
doctor-warning-lists = Warning lists: { $count }.
doctor-warning-lists-bad = { $count } files in `warninglists` cannot be used: they are no lists of misp-warninglists.
doctor-lake = { $count } observations in the lake
doctor-lake-bad = the lake cannot be read
doctor-parties = { $count } parties
doctor-parties-bad = no party yet: renkei party import FILE
doctor-channels = every party that can act has a channel
doctor-channels-bad = { $count } parties that can act have no channel
doctor-directory = the directory has { $count } intervals
doctor-directory-bad = the directory is empty: renkei routes import FILE
doctor-retention = observations are kept { $count } days
doctor-retention-bad = how long observations are kept is undecided (office.toml)
doctor-well = The office is well.
doctor-unwell = Something needs a person.

scene-made = An office is made
scene-nation = A nation is imported: ISPs, a host, a CERT abroad, a centre, two police forces
scene-routes = Its route table is imported
scene-read = { $day }: { $devices } devices called the sinkhole; its log is read
scene-known = The campaign of an earlier run goes on: { $campaign }
scene-planned = The desk plans: one request for each party that can act
scene-approved = The section head approves, signing the very bytes
scene-sent = The letters leave
scene-answered = { $day }: recipients have opened their mail and answered
scene-rehearsed = { $day }: rehearsal: who would be told if the desk planned again?
scene-effect = What changed
scene-sums = Do the numbers add up?
scene-next = What to try next
sum-domestic = devices in the country: made = found
sum-foreign = devices abroad: made = found
sum-written = lines written = lines read
sum-lines = lines = stored + duplicates + quarantined
sum-requests = devices asked about = devices told
sum-parties = devices told = sum over parties
demo-next =
    { "" }renkei --office { $folder }/office campaign show { $campaign }
    { "" }renkei --office { $folder }/office observations --by party
    { "" }renkei --office { $folder }/office audit show
    { "" }renkei --office { $folder }/office doctor
    { "" }renkei demo { $folder } --serve
    Charts are in { $folder }/reports, letters in { $folder }/office/outbox.

mail-id = mail
mail-kind = kind
mail-domain = sender's domain
mail-faults = why
mail-none = No mail waits for a person.
mail-read = { $mails } mails read: { $replies } replies, { $auto } answers of programs, { $reports } delivery reports
mail-read-unconfirmed = { $count } mails whose sender is not proved: renkei mail confirm or drop
mail-read-waiting = { $count } mails that a person must look at: renkei mail list
mail-read-before = { $count } mails were filed before: nothing was done.
mail-read-put-off = { $count } mails were left, as the name server did not answer; the next reading looks again.
mail-line = { $mail }  { $kind }  { $state }  { $request }  { $more }
mail-kind-reply = reply
mail-kind-auto-reply = answer of a program
mail-kind-report = delivery report
mail-kind-unreadable = unreadable
mail-state-filed = filed
mail-state-unconfirmed = unconfirmed
mail-state-waiting = waits
mail-state-confirmed = confirmed
mail-state-dropped = dropped
party-failing = letters come back since { $since } { $status }
request-undelivered = undelivered
effect-undelivered = undelivered
doctor-failing-channels = no channel fails
doctor-failing-channels-bad = { $count } channels fail: renkei party list
doctor-undelivered = no request came back
doctor-undelivered-bad = { $count } requests came back: mend the channel and plan again
doctor-mails = no mail waits for a person
doctor-mails-bad = { $count } mails wait for a person: renkei mail list
doctor-breached-passwords = the list of breached passwords can be searched ({ $count } bytes)
doctor-breached-passwords-bad = the list of breached passwords is missing, unreadable or not sorted: renkei serve says why, and does not begin
mail-fault-M001 = not readable as a mail
mail-fault-M002 = not exactly one sender
mail-fault-M003 = belongs to no request
mail-fault-M004 = names two requests
mail-fault-M005 = words without a sheet
mail-fault-M006 = more than one sheet
mail-fault-M007 = an attachment in a form that is not read
mail-fault-M008 = no line could be counted
mail-fault-M009 = sender not proved
mail-fault-M010 = sender of another domain
mail-fault-M011 = a bounce no program can read
mail-fault-M012 = a report on another recipient
mail-fault-M013 = too large
mail-fault-M014 = the request takes no answer

credentials-records = Credentials
credentials-accounts = Accounts
credentials-sheets = Sheets
credentials-sealed = Sealed
credentials-operators = Operators
credentials-receipts = Receipts
credentials-reset = Reset
credentials-day = Deletion
credentials-split = { $records } read, { $sealed } sealed to { $operators } operators, { $repeated } repeated in the file
credentials-quarantined = { $count } lines in quarantine, sealed: { $code } (docs/findings.md)
credentials-dropped = Columns that are not handed over: { $columns }
credentials-unknown = Sites that nobody in the directory runs (give their operators the competence, then: renkei credentials split --rest):
credentials-delete-on = The sealed sheets are deleted on { $day }
credentials-readable = The file you gave is readable as it lies there: delete it, or keep it sealed.
credentials-none = No credentials were split yet: renkei credentials split --help
credentials-gone = deleted
credentials-deleted = Deleted { $files } sealed files of { $batches } batches.

cost-done = Entered: { $minutes } min, { $amount } { $currency }

party-compared = { $added } would be added, { $changed } changed, { $unchanged } stay as they are
field-name-ja = name (ja)
field-name-en = name (en)
field-role = role
field-country = country
field-zone = zone
field-competence = competence
field-agreement = agreement
field-mail = mail
field-language = language
field-seal = seal
field-shared-addresses = shared addresses
field-repeat-days = told again after (days)
field-answer-days = answers within (days)

observations-saved = { $rows } rows in { $file }; { $left } marked TLP:RED were left out

backup-done = A backup was made in { $folder }: { $entries } entries of the ledger, { $rows } rows, { $files } files ({ $bytes } bytes).
backup-manifest = SHA-256 of its manifest.json: { $digest }. The ledger has it too.
backup-keys = The private keys are in it, sealed to { $recipient }.
backup-no-keys = The private keys are not in it (--with-keys takes them along).
backup-whole = The backup { $folder } is whole: made { $made }, { $entries } entries of the ledger, { $files } files ({ $bytes } bytes).
backup-broken = The backup { $folder } is not whole: made { $made }, { $entries } entries of the ledger, { $files } files ({ $bytes } bytes).
backup-missing = { $of } is missing.
backup-changed = { $of } was changed.
backup-unlisted = { $of } is not in the manifest.
backup-ledger = the ledger in it: { $of }

restore-done = An office was made in { $folder } from the backup of { $made }: { $entries } entries of the ledger, { $feeds } feed files, { $files } files ({ $bytes } bytes).
restore-table = { "  " }{ $table }: { $rows } rows
restore-intact = The ledger is intact.
restore-broken = The ledger is not intact: renkei audit verify
restore-keys = { $count } private keys were put back. What is missing is made anew with renkei key rotate.
restore-settled = { $count } acts that were under way when the backup was made were entered as given up.
restore-letters = { $count } letters wait. The office may have sent them after the backup was made: make sure, then renkei campaign send (the Message-ID is the same).

demo-invited = To take a desk of { $party }: { $link }

operation = Operation
operation-name = Name
operation-hour = Hour of the joint action
operation-domains = Domains
operation-orders = Orders exported
operation-none = There is no operation that this seat may see. `renkei operation record` writes one down.
operation-recorded = { $operation } is recorded (version { $version }, { $domains } domains).
operation-ordered = Order { $serial } of { $operation } is written for: { $domains }
    signed with: { $key }
operation-locked = left out: { $domain } ({ $outcome }: { $codes })
operation-domain-name = Domain
operation-state = State
operation-route = Legal route
operation-grade = How sure the sources are
operation-ruling = Gate
operation-not-yet = not yet
operation-unknown = not known
operation-open = not arranged yet: { $what }
operation-domain = { $domain }: { $days } days of registration left, { $lines } recent observations
operation-expires = { "  " }its registration ends soon, or nobody knows when; then it is somebody else's.
operation-drift = { "  " }another record than recorded: { $drift }
operation-unasked = { "  " }it could not be looked up: { $why }
operation-well = Nothing needs a person.
operation-unwell = Something here needs a person.
domain-planned = planned
domain-asked = asked for
domain-held = held
domain-released = let go
route-domestic-seizure = seizure in Japan
route-verification = verification with a warrant
route-voluntary-help = voluntary help of the administrator
route-mutual-assistance = mutual assistance
route-registry-criminal = JP registry, criminal procedure
route-registry-civil = JP registry, civil procedure
route-registry-voluntary = JP registry, voluntary
route-lapsed-domain = a lapsed domain
grade-possible = possible
grade-thought-possible = thought possible
grade-expected = expected; scope and effect not settled
grade-principle = the principle
grade-no-basis = no clear basis
grade-limit-case = limit case
prerequisite-logs-preserved = logs preserved
prerequisite-providers-asked = providers asked to help
prerequisite-line-operators-asked = line operators asked to help
prerequisite-prefectures-aligned = prefectural police aligned
prerequisite-foreign-contact = contact abroad made

hours-taken = { $file }: { $hours } hours, { $packets } packets taken in
hours-known = { $file }: known, nothing taken in
publication-drawn = { $publication } drawn as a draft, { $files } files laid out. Another seat publishes it: renkei publish approve { $publication }
publication-written = { $publication } written as a draft. Another seat publishes it: renkei publish approve { $publication }
publication-published = { $publication } is public
publication-retracted = { $publication } is taken back
publication-laid-out = { $files } files laid out
publications-none = Nothing was drawn or written yet: renkei publish open, renkei publish alert
publication-head-publication = publication
publication-head-kind = kind
publication-head-state = state
publication-head-revision = last text
publication-head-shown = public text
publication-head-written = written by
publication-kind-report = report
publication-kind-alert = alert
publication-state-drafted = draft
publication-state-published = public
publication-state-correcting = public, correction waits
publication-state-retracted = taken back
offer = offer
offer-changed = { $offer }: { $done }

trial-done = { $mail }: { $outcome } { $said }
notice-subject = An inquiry waits for you
notice-letter = An inquiry waits for you at { $office }. What it is about stands in the pages alone: { $place } - sign in with your seat to read it. This message holds nothing else, and an answer to it is not read as an answer to the inquiry.
trial-subject = Test of this address
trial-letter = This is a test message by which { $office } sees whether this address takes mail. It asks for nothing and holds no observation. You need not do anything.
send-all-fail = every address of { $party } fails: what was sent may come back
change-sent-again = Sent again: { $count } request.

minutes-none = No minutes match. renkei sense --minutes leaves them, renkei ingest takes them in.
minutes-packets = packets
minutes-bytes = bytes
minutes-sources = sources
minutes-more = { $count } more groups: --limit
minutes-written = { $records } records in { $file }; { $left } rows of IPv6 do not fit the form and were left out
by-minute = minute
by-hour = hour
by-sensor = sensor
by-source = source
by-protocol = protocol
network-begun = Second act: a sinkhole listens on { $address } for a domain that the gate unlocked; bots on this machine call it
network-calls = Devices that called the sinkhole, over real connections
network-day = { $day }: { $calls } called, { $blank } were given blank data
network-sensor = A sensor took { $packets } packets, { $detections } detections, and handed in { $files } files
sum-blank = calls = calls answered with blank data
sum-calls = calls = lines in the lake
sum-devices = devices that called = devices told and not told
sum-packets = packets that the sensor took = packets in the lake's minutes
zones-begun = Policy zones are served on { $address } (UDP and TCP)
specimen-subject = subject
specimen-from = from
specimen-reply-to = answers go to
specimen-envelope = sender on the envelope
specimen-date = date
specimen-size = bytes
specimen-hops = came by
specimen-results = written by servers
specimen-attachment = attached
specimen-indicator = indicator
specimen-stripped = { $count } places were left out that tell who reported; read it before it is passed on
specimen-none = No mails there: put a folder for each organisation into it, with its mails.
specimen-manner = manner
specimen-organisations = organisations
specimen-mails = mails
specimen-first = first
specimen-scattered = scattered
specimen-targeted = targeted
specimen-caveat = By how many organisations reported one, not by how many received it.
