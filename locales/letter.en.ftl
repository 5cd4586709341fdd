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
scope-period = Observed from { $from } to { $until }

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
