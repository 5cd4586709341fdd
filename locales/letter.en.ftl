# The letter that asks a party to act (English). Read by formats::notice::letter. No personal names.
# $party who is asked; $office who asks; $title name of the campaign; $request number of the request

subject-notice = [Request] { $title } ({ $request })
subject-correction = [Correction] { $title } ({ $request })
subject-withdrawal = [Withdrawal] { $title } ({ $request })
subject-part = { " " }(mail { $part } of { $parts })

greeting = To the responsible desk of { $party }
sender = From: { $office }

opening-notice =
    Thank you for your continued cooperation.
    We hold observations on which you can act. They are given below; we ask you to act on them.
opening-correction =
    We correct the request ({ $first }) that we sent you on { $sent }.
    Reason for the correction: { $reason }
    Please destroy the earlier attachments and use those of this mail.
opening-withdrawal =
    We take back the request ({ $first }) that we sent you on { $sent }.
    Reason for the withdrawal: { $reason }
    Nothing needs to be done any more on its account. Please destroy the earlier attachments.
    Answers on what you have already done are still welcome.

heading-asked = * What we ask
asked-notify-user =
    From the IP address, the source port and the time of each attached line, please find the
    subscriber yourself, and tell the subscriber that a device may be infected with malware and
    what to do about it.
asked-tell-partner =
    The attached lines concern devices within your competence.
    Please pass them on, under your own procedures, to those who can act.
asked-reset-credentials =
    The attached sheet holds ids and passwords of accounts at your sites that fell into the hands of
    others. Please prevent unauthorised access: reset or lock these accounts, and tell their holders.
    We contact none of the holders ourselves.
asked-repair-site =
    The sites in the attached lines may have been tampered with by others.
    Please check and repair those that you run yourself, and tell the administrators of the others.
    An administrator is a victim here; acting is voluntary.
asked-secure-server =
    The servers in the attached lines may be abused without their owners' knowledge, for example to
    store stolen data. Please check and secure those that are yours, and tell the owners of the others.
    An owner is a victim here and not a suspect; acting is voluntary.
names-stay =
    There is no need to tell us the name or any other particulars of a subscriber. Please leave them out of your answer.
due = An answer is hoped for by { $due } (within the term you have set).
due-none = There is no deadline for an answer.

heading-scope = * Scope
scope = { $devices ->
    [one] { $devices } device
   *[other] { $devices } devices
} ({ $lines ->
    [one] { $lines } observed line
   *[other] { $lines } observed lines
})
scope-credentials = { $lines ->
    [one] { $lines } credential
   *[other] { $lines } credentials
} of { $devices ->
    [one] { $devices } account
   *[other] { $devices } accounts
}
scope-sites = { $devices ->
    [one] { $devices } site
   *[other] { $devices } sites
} ({ $lines ->
    [one] { $lines } observed line
   *[other] { $lines } observed lines
})
scope-servers = { $devices ->
    [one] { $devices } server
   *[other] { $devices } servers
} ({ $lines ->
    [one] { $lines } observed line
   *[other] { $lines } observed lines
})
scope-period = Observed from { $from } to { $until }

heading-check = * How to check
check-repair-site =
    Tampering rarely shows on the page: "nothing has changed" is what one usually sees.
    1. Compare the page in column "url", and what was seen (column "evidence"), with the files on the
       server and with a copy of your own.
    2. Some of it answers only visitors that come from a search engine or with certain devices. Do not
       judge by what your browser shows.
    3. Look through configuration, templates, plug-ins, database, scheduled jobs, and for
       administrators whom nobody knows.
check-secure-server =
    1. See whether what column "evidence" names (tools, places, state of the logs) is on the server.
    2. Logging may have been switched off. Look for times without any log.
    3. Look for unknown users, keys, scheduled jobs, running processes and connections.
heading-steps = * How to repair it and keep it so
steps-repair-site =
    1. Before you delete anything, keep a copy of the changed files and of the access logs elsewhere.
    2. Restore from your own copy; bring server, content management and plug-ins up to date; remove
       what is not used.
    3. Change every administrative password and key, and narrow who can reach the administration.
    4. Then answer with "repaired" in column "status". We look at later observations and tell you.
steps-secure-server =
    1. Before you delete anything, keep a copy of the tools, of the data left there and of the logs elsewhere.
    2. Switch logging on again, and let it be kept outside the server, too.
    3. Close the weakness it came through, bring server and software up to date, change every password and key.
    4. Then answer with "repaired" in column "status". We look at later observations and tell you.

heading-purpose = * Purpose
heading-grounds = * Basis for this hand-over
ground = - { $gate } ({ $requirements }) { $reason }
grounds-rules = Rule set used: { $policies }

heading-files = * Attachments
file-lines = - { $name }: the lines (CSV, UTF-8); times are given in UTC and in your time zone.
file-reports = - { $name }: XARF v4 (JSON Lines, one device a line).
file-credentials = - { $name }: the credentials (CSV, UTF-8).
file-other = - { $name }
sealed-openpgp = They are compressed with gzip and encrypted to your OpenPGP key ({ $key }).
sealed-age = They are compressed with gzip and encrypted to your age key ({ $key }).
sealed-clear = They are compressed with gzip and, as your channel record says, not encrypted.
sealed-as-read =
    They were encrypted to your age key ({ $key }) the moment they were read. Nobody here can read
    them. We delete our encrypted copies on { $day }; please delete yours once you have acted.

heading-answer = * How to answer
answer =
    Please reply to { $reply } (a reply to this mail goes there).
    To answer line by line, attach a CSV file with the columns line,status. You may also fill the
    column "status" of the attached list and send it back. The words for "status" are:
status-customer-told = the subscriber was told
status-quarantined = the connection was put into quarantine (your own decision)
status-cleaned = found clean, or cleaned
status-not-ours = the address was not yours at that moment
status-shared-address-need-port = shared address: the subscriber cannot be found without a source port
status-no-data = no record is held
status-credentials-reset = the password was reset, or the account locked
status-no-such-account = there is no such account
status-repaired = repaired, or secured
status-nothing-found = looked at, nothing was found
status-row = { "  " }{ $word }: { $meaning }

heading-after = * What happens next
after =
    Your answer is counted; answers to single lines are erased after counting.
    We will tell you the result, and whether the same devices were seen again later.

heading-leaflet = * Leaflet for subscribers
leaflet = { $leaflet }

heading-desk = * Contact
desk = { $desk }  { $contact }

reference = Request: { $request }  Campaign: { $campaign }
other-language = （日本語の本文はこの下にあります。）

heading-checkpoint = Checkpoint of the ledger (please keep this as it is, for later verification)

year-month-day = { $year }-{ $month }-{ $day }
