"""boto3's import places for S3. Re-exports only."""
