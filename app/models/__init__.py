"""The nouns, a file each. Importing this package fills the metadata that migrations compare."""

from app.models.attachment import Attachment
from app.models.attempts import Attempts
from app.models.audit import AuditEntry
from app.models.collection import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    Access,
    Collection,
    CollectionRoll,
    Mode,
    Selection,
)
from app.models.columnar import ColumnarState, ResponseChange
from app.models.contact_attempt import ContactAttempt, ContactResult
from app.models.fieldwork import CaseResult, FieldContact, FieldDevice, Quota
from app.models.invitation import Invitation, Letter, LetterKind, LetterState
from app.models.job import Job, JobState
from app.models.organisation import Organisation
from app.models.paper import PaperEntry, PaperForm, PaperState
from app.models.plan import Plan
from app.models.publication import Publication
from app.models.quarantine import Decision, Quarantined, Reason
from app.models.response import Channel, Draft, Receipt, Response, ResponseState
from app.models.review import ReviewAction, ReviewNote
from app.models.survey import Survey, SurveyMedia, SurveyText, SurveyVersion, VersionState
from app.models.territory import Comuna, Province, Region, Territory
from app.models.text_code import TextCode
from app.models.token import ApiToken, TokenScope
from app.models.user import Role, RoleName, User
from app.models.webhook import Delivery, DeliveryState, Webhook, WebhookEvent

__all__ = [
    "ORGANISATION_QUESTION",
    "TERRITORY_QUESTION",
    "Access",
    "ApiToken",
    "Attachment",
    "Attempts",
    "AuditEntry",
    "CaseResult",
    "Channel",
    "Collection",
    "CollectionRoll",
    "ColumnarState",
    "Comuna",
    "ContactAttempt",
    "ContactResult",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Draft",
    "FieldContact",
    "FieldDevice",
    "Invitation",
    "Job",
    "JobState",
    "Letter",
    "LetterKind",
    "LetterState",
    "Mode",
    "Organisation",
    "PaperEntry",
    "PaperForm",
    "PaperState",
    "Plan",
    "Province",
    "Publication",
    "Quarantined",
    "Quota",
    "Reason",
    "Receipt",
    "Region",
    "Response",
    "ResponseChange",
    "ResponseState",
    "ReviewAction",
    "ReviewNote",
    "Role",
    "RoleName",
    "Selection",
    "Survey",
    "SurveyMedia",
    "SurveyText",
    "SurveyVersion",
    "Territory",
    "TextCode",
    "TokenScope",
    "User",
    "VersionState",
    "Webhook",
    "WebhookEvent",
]
