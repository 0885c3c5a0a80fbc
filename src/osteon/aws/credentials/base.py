"""Credentials: fixed ones, ones that refresh themselves, and the chain that finds them. Not where any are found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias

from osteon.aws.profile import Section
from osteon.aws.settings import Settings
from osteon.events.trie import Handler
from osteon.exceptions import ClientError, CredentialRetrievalError, OsteonError
from osteon.flow import NOW, Flow, Once

logger = logging.getLogger(__name__)

#: Seconds before the end: from here on a refresh is tried, from there on it must succeed.
ADVISORY_REFRESH = 15 * 60
MANDATORY_REFRESH = 10 * 60


class FrozenCredentials(NamedTuple):
    """One moment's credentials, unpacked as boto3's: access key, secret key, token, account id."""

    access_key: str
    secret_key: str
    token: str | None = None
    account_id: str | None = None

    def __repr__(self) -> str:
        return f"FrozenCredentials(access_key={self.access_key!r})"


class Fetched(NamedTuple):
    """What a source gave, and when it ends (seconds since the epoch; None: never)."""

    keys: FrozenCredentials
    expires: float | None = None


#: A flow that asks a source once more.
Fetch: TypeAlias = Callable[[], Flow[Fetched]]
#: Runs a flow to its end; composition.py hands it to refreshable credentials, so that boto3's plain attributes work.
Run: TypeAlias = Callable[[Flow[Any]], Any]


#: What the user agent tells of where credentials were found, by method; of roles it tells more than that.
_FEATURES: Mapping[str, tuple[str, ...]] = {
    "explicit": ("CREDENTIALS_CODE",),
    "env": ("CREDENTIALS_ENV_VARS",),
    "assume-role": ("CREDENTIALS_STS_ASSUME_ROLE",),
    "assume-role-with-web-identity": ("CREDENTIALS_STS_ASSUME_ROLE_WEB_ID",),
    "shared-credentials-file": ("CREDENTIALS_PROFILE",),
    "login": ("CREDENTIALS_PROFILE_LOGIN", "CREDENTIALS_LOGIN"),
    "custom-process": ("CREDENTIALS_PROFILE_PROCESS", "CREDENTIALS_PROCESS"),
    "config-file": ("CREDENTIALS_PROFILE",),
    "container-role": ("CREDENTIALS_HTTP",),
    "iam-role": ("CREDENTIALS_IMDS",),
}


class Credentials:
    """Credentials that do not change. ``method`` names where they were found, as botocore names it.

    ``features``: the same for the user agent, with the ways that led there.
    """

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        token: str | None = None,
        method: str = "explicit",
        account_id: str | None = None,
    ) -> None:
        self._keys = FrozenCredentials(access_key, secret_key, token, account_id)
        self.method = method
        self.features = frozenset(_FEATURES.get(method, ()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(access_key={self._keys.access_key!r}, method={self.method!r})"

    def frozen(self) -> Flow[FrozenCredentials]:
        """The credentials to sign with now."""
        return self._keys
        yield  # a generator, as every flow is

    def get_frozen_credentials(self) -> FrozenCredentials:
        return self._keys

    @property
    def access_key(self) -> str:
        return self.get_frozen_credentials().access_key

    @property
    def secret_key(self) -> str:
        return self.get_frozen_credentials().secret_key

    @property
    def token(self) -> str | None:
        return self.get_frozen_credentials().token

    @property
    def account_id(self) -> str | None:
        return self.get_frozen_credentials().account_id


class RefreshableCredentials(Credentials):
    """Credentials that end: fetched again when they are about to, by one flow at a time.

    In the last 15 minutes a failed refresh is logged and the old credentials serve on; in the last 10 it is raised.
    A kind that lives shorter says other times.

    ``run`` (set by the session) lets the plain attributes refresh too; without it they show what was fetched last.
    """

    advisory_refresh: ClassVar[float] = ADVISORY_REFRESH
    mandatory_refresh: ClassVar[float] = MANDATORY_REFRESH

    def __init__(self, fetched: Fetched, fetch: Fetch, method: str) -> None:
        super().__init__(*fetched.keys[:3], method=method, account_id=fetched.keys.account_id)
        self.run: Run | None = None
        self._fetch = fetch
        self._expires = fetched.expires
        self._refreshing = False

    def frozen(self) -> Flow[FrozenCredentials]:
        if self._expires is not None:
            left = self._expires - (yield NOW)
            if left < self.mandatory_refresh or (left < self.advisory_refresh and not self._refreshing):
                yield Once(self, self._refresh)
        return self._keys

    def get_frozen_credentials(self) -> FrozenCredentials:
        keys: FrozenCredentials = self._keys if self.run is None else self.run(self.frozen())
        return keys

    def _refresh(self) -> Flow[None]:
        now = yield NOW
        if self._expires is None or self._expires - now >= self.advisory_refresh:
            return  # another flow has refreshed since this one looked
        self._refreshing = True
        try:
            fetched = yield from self._fetch()
        except (OsteonError, ClientError):
            if self._expires - now < self.mandatory_refresh:
                raise
            logger.warning("Refreshing credentials of %s failed; the old ones serve on.", self.method)
            return
        finally:
            self._refreshing = False
        if fetched.expires is not None and fetched.expires <= now:
            reason = "the refreshed credentials have already expired"
            raise CredentialRetrievalError(provider=self.method, error_msg=reason)
        self._keys, self._expires = fetched.keys, fetched.expires


def refreshable(fetched: Fetched, fetch: Fetch, method: str) -> Credentials:
    """Credentials of what was fetched: refreshed by ``fetch`` where they end, fixed where they don't."""
    if fetched.expires is not None:
        return RefreshableCredentials(fetched, fetch, method)
    return Credentials(*fetched.keys[:3], method=method, account_id=fetched.keys.account_id)


def deferred(fetch: Fetch, method: str, features: Iterable[str] = ()) -> Credentials:
    """Credentials that are fetched when they are first used; ``features`` are more than their method tells."""
    made = RefreshableCredentials(Fetched(FrozenCredentials("", ""), expires=0.0), fetch, method)
    made.features = made.features.union(features)
    return made


def fetched_keys(found: Mapping[str, Any], method: str, token_key: str = "Token") -> Fetched:
    """Keys as AWS's JSON documents name them. Raises CredentialRetrievalError for what they lack."""
    missing = [key for key in ("AccessKeyId", "SecretAccessKey") if not isinstance(found.get(key), str)]
    if missing:
        reason = f"its answer lacks {', '.join(missing)}"
        raise CredentialRetrievalError(provider=method, error_msg=reason)
    keys = FrozenCredentials(
        found["AccessKeyId"], found["SecretAccessKey"], found.get(token_key), found.get("AccountId")
    )
    return Fetched(keys, expiry(found.get("Expiration"), method))


def expiry(value: object, method: str) -> float | None:
    """A time as datetime or in ISO 8601 as seconds since the epoch; without an offset it is UTC."""
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise CredentialRetrievalError(provider=method, error_msg="its expiration is no ISO 8601 time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Caller(Protocol):
    """A flow that calls an operation of another service; composition.py gives it, so that no client is known here.

    ``credentials`` None: the call is not signed. ``region`` None: the session's. ``before_call`` hears that event, with
    the request. Raises ClientError.
    """

    def __call__(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        credentials: FrozenCredentials | None = None,
        region: str | None = None,
        before_call: Handler | None = None,
    ) -> Flow[dict[str, Any]]: ...


class Surroundings(NamedTuple):
    """What sources look at: the session's settings (environment, files, profile), and how to call a service."""

    settings: Settings
    call: Caller

    @property
    def environ(self) -> Mapping[str, str]:
        return self.settings.environ

    @property
    def profile_name(self) -> str:
        return self.settings.profile_name or "default"

    @property
    def profile_is_explicit(self) -> bool:
        """A profile named in code: then the keys in the environment do not count."""
        return "profile" in self.settings.overrides

    def profile(self, name: str) -> Section:
        """A profile of either file; empty where there is none of that name."""
        files = self.settings.files
        return files.profile(name) if name in files.names else {}


class Source(NamedTuple):
    """One place to look: a flow that gives credentials, or None where that place has none."""

    load: Callable[[], Flow[Credentials | None]]


#: credential_source -> its source
NamedSources: TypeAlias = Mapping[str, Source]
#: The sources of one profile, in order.
ProfileSources: TypeAlias = Callable[[str], tuple[Source, ...]]


class CredentialChain:
    """The sources of a session, asked in order, once; :meth:`identity` is the provider that auth schemes take."""

    def __init__(self, sources: Sequence[Source], found: Credentials | None = None) -> None:
        self.sources = tuple(sources)
        self._found = found

    @classmethod
    def of(cls, credentials: Credentials | None) -> CredentialChain:
        """A chain that knows its answer."""
        return cls((), credentials)

    def load(self) -> Flow[Credentials | None]:
        """The first credentials found, remembered; None where no source has any, which is not remembered."""
        if self._found is None and self.sources:
            yield Once(self, self._search)
        return self._found

    @property
    def features(self) -> frozenset[str]:
        """What the user agent tells of the credentials that were found; nothing while none are."""
        return frozenset() if self._found is None else self._found.features

    def identity(self) -> Flow[FrozenCredentials | None]:
        """Credentials to sign with now, or None."""
        return self._found_first() if self._found is None else self._found.frozen()

    def _found_first(self) -> Flow[FrozenCredentials | None]:
        found = yield from self.load()
        return None if found is None else (yield from found.frozen())

    def _search(self) -> Flow[None]:
        for source in self.sources if self._found is None else ():
            found: Any = yield from source.load()
            if found is not None:
                logger.debug("Found credentials by %s", found.method)
                self._found = found
                return
