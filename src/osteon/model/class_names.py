"""Services whose clients keep class names from before the service id decided. Data; no shapes, no rules."""

from __future__ import annotations

#: Service ids. Their classes are named by what the model calls the service for people, all others by the id (botocore
#: has the same list, with the names written out).
NAMED_FOR_PEOPLE = frozenset(
    {
        "AppIntegrations", "Application Signals", "BCM Dashboards", "BCM Data Exports", "BCM Pricing Calculator",
        "BCM Recommended Actions", "Bedrock Agent", "Bedrock Agent Runtime", "Bedrock Data Automation",
        "Bedrock Data Automation Runtime", "CleanRooms", "CloudControl", "CloudTrail Data", "ConnectCampaigns",
        "ConnectCampaignsV2", "DSQL", "DataBrew", "DevOps Agent", "ECR PUBLIC", "EMR containers", "Geo Maps",
        "Geo Places", "Geo Routes", "IAM Toolbox", "IVS RealTime", "Inspector Scan", "InternetMonitor",
        "IoT Managed Integrations", "IotDeviceAdvisor", "Kinesis Video Signaling", "Lambda Microvms", "Location",
        "MPA", "Marketplace Agreement", "Marketplace Deployment", "Marketplace Reporting", "MediaPackageV2",
        "Medical Imaging", "MigrationHubStrategy", "Network Security Manager", "NetworkMonitor", "Notifications",
        "NotificationsContacts", "Nova Act", "OAM", "OSIS", "ObservabilityAdmin", "OpenSearch",
        "OpenSearchServerless", "PCS", "PartnerCentral Account", "PartnerCentral Channel",
        "PartnerCentral Revenue Measurement", "PartnerCentral Selling", "Payment Cryptography",
        "Payment Cryptography Data", "Pca Connector Scep", "Pipes", "RDS Data", "RUM", "Redshift Data",
        "Resource Explorer 2", "RolesAnywhere", "SESv2", "SSM GuiConnect", "SSM QuickSetup", "SageMaker A2I Runtime",
        "SageMaker Geospatial", "Sagemaker Edge", "SagemakerJobRuntime", "Scheduler", "Security IR",
        "Service Catalog AppRegistry", "Signer Data", "Signin", "SocialMessaging", "Transcribe", "TrustedAdvisor",
        "Wickr", "Wisdom", "amp", "b2bi", "billingconductor", "chatbot", "codeartifact", "codestar notifications",
        "deadline", "evs", "fis", "forecast", "forecastquery", "grafana", "identitystore", "ivs", "m2", "mq",
        "neptunedata", "rbin", "repostspace", "resiliencehub", "resiliencehubv2", "savingsplans", "schemas",
        "synthetics", "uxc",
    }
)  # fmt: skip
