#!/usr/bin/env bash
# Counts of a capture as tshark sees them, by the definitions of docs/sensing.md; the test
# `every_packet_is_accounted_for_and_counts_are_those_of_tshark` asks the same for every given capture.
set -euo pipefail

(($# > 0)) || { echo "usage: benches/sense-tshark.sh CAPTURE…" >&2 && exit 2; }
command -v tshark >/dev/null || { echo "tshark is needed (Debian: apt-get install tshark)" >&2 && exit 1; }
for file in "$@"; do
    echo "$file"
    tshark -n -o ip.defragment:FALSE -o ipv6.defragment:FALSE -r "$file" -T fields -E occurrence=f -e tcp.flags -e udp.srcport -e icmp.type -e icmpv6.type |
        awk -F'\t' '{ n++; f = strtonum($1) }
            $3 != "" || $4 != "" { icmp++; next }
            $1 != "" && and(f, 0x16) == 2 { syn++ }
            $1 != "" && (and(f, 4) || and(f, 0x12) == 0x12) { answer++ }
            $1 == "" && $2 != "" { udp++ }
            END { printf "packets %d, SYN %d, SYN-ACK or RST %d, UDP %d, ICMP %d\n", n, syn, answer, udp, icmp }'
    # The fingerprint of Mirai: a SYN whose sequence number is its destination.
    tshark -n -r "$file" -o tcp.relative_sequence_numbers:FALSE -Y 'tcp.flags.syn==1 && tcp.flags.ack==0' -T fields -e ip.dst -e tcp.seq_raw |
        awk '{ split($1, o, "."); n += (((o[1] * 256 + o[2]) * 256 + o[3]) * 256 + o[4] == $2) } END { print "mirai-like SYNs", n + 0 }'
    tshark -n -r "$file" -Y 'tcp.flags.syn==1 && tcp.flags.ack==0 && ip.id==54321' | awk 'END { print "SYNs with the mark of ZMap", NR }'
done
