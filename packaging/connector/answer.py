#!/usr/bin/env python3
"""Answers inquiries (照会) from a CSV of accounts: an example of a provider's own system (S4.5, S4.26).

    TOKEN=rk_… ./answer.py https://office.example accounts.csv [--dry-run]

The token is one of an answering seat, with the scope `answer`. The file has one line a fact:

    kind,value,field,at,data
    account,taro-198,holder-name,,試験 一郎
    account,taro-198,registration-ip,2026-10-01T04:30:00Z,198.18.0.9

`at` is when the fact is of (RFC 3339, UTC), empty where it stands as it does now. What an inquiry asks for a span of
time is answered with facts of that span alone: nothing outside it leaves. Left to people are inquiries that rest on
something else than an inquiry, and those with an item that the legal desk decides. An item that is not registration
data is refused in the same words whether there are data or not (S4.6, S4.7). Only Python's own library is used.
"""
import csv
import json
import os
import sys
import urllib.request
from datetime import datetime, timezone


def asked(site, path, body=None):
    """What the office answers, as JSON."""
    request = urllib.request.Request(site.rstrip("/") + "/api/v1/" + path)
    request.add_header("Authorization", "Bearer " + os.environ["TOKEN"])
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def moment(text):
    """A moment of RFC 3339 in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def facts_of(path):
    """The facts of the file, by what they are asked by."""
    facts = {}
    with open(path, newline="", encoding="utf-8-sig") as lines:
        for line in csv.DictReader(lines):
            facts.setdefault((line["kind"], line["value"], line["field"]), []).append(line)
    return facts


def fits(line, window):
    """Whether a fact is of the span that is asked for; without a span, what stands now is meant."""
    if window is None:
        return not line["at"]
    if not line["at"]:
        return False
    return moment(window["from"]["utc"]) <= moment(line["at"]) < moment(window["until"]["utc"])


def answer_to(item, facts):
    """The answer to one item."""
    number = item["number"]
    if item["class"] != "registration":
        return {"number": number, "outcome": "refused", "ground": "secrecy"}
    found = facts.get((item["kind"], item["value"], item["field"]), [])
    found = [line for line in found if fits(line, item["window"])]
    if not found:
        return {"number": number, "outcome": "no-data"}
    answer = {"number": number, "outcome": "disclosed", "data": "; ".join(line["data"] for line in found)}
    if item["window"]:
        answer["at"] = found[0]["at"]
    return answer


def waiting(site):
    """Every inquiry that waits, page by page."""
    for state in ("sent", "received"):
        after = ""
        while True:
            page = asked(site, f"inquiries?state={state}&limit=100" + (f"&after={after}" if after else ""))
            yield from (row for row in page["items"] if not row["is_asked_by_us"])
            after = page["next"]
            if not after:
                break


def main():
    """Answers what can be answered; says what is left to people."""
    site, path, dry = sys.argv[1], sys.argv[2], "--dry-run" in sys.argv
    facts = facts_of(path)
    for row in list(waiting(site)):
        inquiry = row["inquiry"]
        read = asked(site, f"inquiries/{inquiry}")
        if read["instrument"] != "inquiry" or any(item["borderline"] for item in read["items"]):
            print(f"{inquiry} {read['number']}: left to people")
            continue
        whole = {"items": [answer_to(item, facts) for item in read["items"]]}
        outcomes = ", ".join(f"{item['number']} {item['outcome']}" for item in whole["items"])
        print(f"{inquiry} {read['number']}: {outcomes}")
        if not dry:
            if read["state"] == "sent":
                asked(site, f"inquiries/{inquiry}/receipt", {})
            asked(site, f"inquiries/{inquiry}/answer", whole)


if __name__ == "__main__":
    main()
