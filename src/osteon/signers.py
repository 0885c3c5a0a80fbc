"""``botocore.signers`` by its own name: what programs sign themselves. Re-exports only."""

from osteon.aws.cloudfront import CloudFrontSigner

__all__ = ["CloudFrontSigner"]
