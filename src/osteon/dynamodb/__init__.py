"""boto3's import places for DynamoDB. Re-exports only."""
