"""Ledger: awsJson 1.1 with a bearer token; unions, recursive categories, blobs in base64."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from own_services.wire import Fault, Reply, Request, numbered, page, to_json, well_timed

LEDGER_TOKEN = "ledger-token-1"


class Ledger:
    """Accounts and transactions; each operation is a method."""

    def __init__(self) -> None:
        self.accounts: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.transactions: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.receipts: dict[tuple[str, str], str] = {}
        self.categories: dict[str, Any] | None = None

    def answer(self, request: Request) -> Reply:
        operation = request.headers["x-amz-target"].removeprefix("Ledger_20260401.")
        try:
            if operation != "GetRates" and request.headers.get("authorization") != f"Bearer {LEDGER_TOKEN}":
                raise Fault("InvalidEntry", 400, "Nobody may read these books without a token.", Reasons=["token"])
            done = getattr(self, operation)(**json.loads(request.body))
            return Reply(200, b"" if done is None else to_json(done))
        except Fault as fault:
            body = {"__type": f"example.ledger#{fault.code}", "message": str(fault), **fault.members}
            return Reply(fault.status, to_json(body))

    def OpenAccount(self, ClientToken: str, **given: Any) -> Any:
        if ClientToken not in self.tokens:
            well_timed("rfc822", given.get("Holder", {}).get("Born"))
            account_id = self.tokens[ClientToken] = numbered("acc-", self.accounts)
            own = {"AccountId": account_id, "Status": "OPEN", "Balance": 0, "OpenedAt": 1775044800}
            self.accounts[account_id] = {**given, **own}
        return {"Account": self.accounts[self.tokens[ClientToken]]}

    def GetAccount(self, AccountId: str) -> Any:
        if AccountId not in self.accounts:
            raise Fault("AccountNotFound", 400, "There is no such account.", AccountId=AccountId)
        return {"Account": self.accounts[AccountId]}

    def ListAccounts(self, Currencies: Any = (), NextToken: str | None = None, MaxItems: int | None = None) -> Any:
        wanted = [a for a in self.accounts.values() if not Currencies or a["Currency"] in Currencies]
        some, token = page(wanted, NextToken, MaxItems)
        return {"Accounts": some, "NextToken": token}

    def CloseAccount(self, AccountId: str) -> None:
        account = self.GetAccount(AccountId)["Account"]
        if account["Balance"]:
            raise Fault("InsufficientFunds", 400, "It is not empty.", AccountId=AccountId, Balance=account["Balance"])
        account.update(Status="CLOSED", ClosedAt="2026-05-01T12:00:00Z")

    def PostTransaction(self, Entries: Any, ClientToken: str, Text: str = "", BookedAt: str | None = None) -> Any:
        booked = well_timed("iso8601", BookedAt) or "2026-05-01T12:00:00Z"
        moves = [(self.GetAccount(entry["AccountId"])["Account"], cents(entry["Amount"]), entry) for entry in Entries]
        if sum(amount for _, amount, _ in moves):
            raise Fault("InvalidEntry", 400, "Debit and credit differ.", Reasons=["sum", "balance"])
        for account, amount, _ in moves:
            missing = -(account["Balance"] + amount + cents(account.get("Limit", {"Cents": 0})))
            if missing > 0:
                facts = {name: account[name] for name in ("AccountId", "Balance")}
                raise Fault("InsufficientFunds", 400, "It holds too little.", Missing={"Cents": missing}, **facts)
        number = numbered("txn-", self.transactions)
        self.transactions[number] = []
        for account, amount, entry in moves:
            account["Balance"] += amount
            posting = {"TransactionId": number, "Cents": amount, "Text": Text, "BookedAt": booked}
            self.transactions[number].append((account["AccountId"], {**posting, "Tags": entry.get("Tags")}))
        return {"TransactionId": number, "Balances": {a["AccountId"]: a["Balance"] for a, _, _ in moves}}

    def ListPostings(
        self, AccountId: str, Since: float | None = None, Cursor: str | None = None, MaxItems: int | None = None
    ) -> Any:
        well_timed("unixTimestamp", Since)
        self.GetAccount(AccountId)
        booked = [p for entries in self.transactions.values() for account, p in entries if account == AccountId]
        some, cursor = page(booked, Cursor, MaxItems)
        return {"Page": {"Postings": some, "Cursor": cursor, "More": cursor is not None}}

    def PutCategories(self, Root: Any) -> None:
        self.categories = Root

    def DescribeCategories(self, Depth: int = 30) -> Any:
        return {"Root": None if self.categories is None else pruned(self.categories, Depth)}

    def AttachReceipt(self, TransactionId: str, Name: str, Content: str) -> Any:
        if TransactionId not in self.transactions:
            raise Fault("TransactionNotFound", 400, "There is no such transaction.")
        self.receipts[TransactionId, Name] = Content
        kept = base64.b64decode(Content, validate=True)
        return {"Digest": base64.b64encode(hashlib.sha256(kept).digest()).decode(), "Size": len(kept)}

    def GetReceipt(self, TransactionId: str, Name: str) -> Any:
        if (TransactionId, Name) not in self.receipts:
            raise Fault("TransactionNotFound", 400, "There is no such receipt.")
        return {"Content": self.receipts[TransactionId, Name]}

    def GetRates(self) -> Any:
        return {"Rates": {"DKK": 7.46, "USD": 1.125}, "ValidUntil": "Sat, 02 May 2026 00:00:00 GMT"}


def cents(amount: dict[str, Any]) -> int:
    ((kind, value),) = amount.items()
    return value if kind == "Cents" else round(float(value) * 100)


def pruned(category: dict[str, Any], depth: int) -> dict[str, Any]:
    if "Children" not in category:
        return category
    below = [pruned(child, depth - 1) for child in category["Children"]] if depth > 1 else []
    return {**category, "Children": below}
