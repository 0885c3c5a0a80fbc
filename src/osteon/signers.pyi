# What type checkers see of the signers that programs name; aws/cloudfront.py makes it. No import leads into the house.
from collections.abc import Callable
from datetime import datetime

class CloudFrontSigner:
    """Signs URLs of private content with a key pair of CloudFront's: ``rsa_signer`` signs bytes, RSA over SHA-1."""

    key_id: str
    rsa_signer: Callable[[bytes], bytes]

    def __init__(self, key_id: str, rsa_signer: Callable[[bytes], bytes]) -> None: ...
    def generate_presigned_url(
        self, url: str, date_less_than: datetime | None = None, policy: str | bytes | None = None
    ) -> str:
        """``url`` with its signature in the query: valid until ``date_less_than``, or as ``policy`` says.

        Raises ValueError unless one of the two is given.
        """
    def build_policy(
        self,
        resource: str,
        date_less_than: datetime,
        date_greater_than: datetime | None = None,
        ip_address: str | None = None,
    ) -> str:
        """A policy as JSON without spaces: until when, from when and for whom ``resource`` may be read."""
